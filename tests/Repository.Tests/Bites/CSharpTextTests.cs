using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Bites;

public sealed class CSharpTextTests
{
    [Theory]
    [InlineData("a // Sleep\nb", "a         \nb")]
    [InlineData("a /* x\n y */ b", "a     \n      b")]
    [InlineData("f(\"Sleep \\\" more\");", "f(\"             \");")]
    [InlineData("f(@\"a\"\"b\", 'x', '\\'');", "f(@\"    \", ' ', '  ');")]
    [InlineData("$\"a {x.Y(\"z\")} b {{c}} {d:0.#}\"", "$\"  {x.Y(\" \")}         {d    }\"")]
    [InlineData("\"\"\"a \"b\" // c\"\"\" + d", "\"\"\"          \"\"\" + d")]
    [InlineData("$$\"\"\"{a} {{b}}\"\"\"", "$$\"\"\"    {{b}}\"\"\"")]
    [InlineData("$\"{(a ? b : c)} // no comment\"", "$\"{(a ? b : c)}              \"")]
    public void Comments_and_literals_are_blanked_and_code_in_holes_stays(string text, string code) => Assert.Equal(code, CSharpText.CodeOnly(text));

    [Fact]
    public void Every_file_of_the_repository_keeps_its_length_and_lines()
    {
        Assert.All(RepositoryFiles.CSharp, file =>
        {
            Assert.Equal(file.Text.Length, file.Code.Length);
            Assert.Equal(file.Text.Count(character => character == '\n'), file.Code.Count(character => character == '\n'));
        });
    }

    [Fact]
    public void Braces_of_every_file_balance_once_literals_are_gone() =>
        Assert.All(RepositoryFiles.CSharp, file => Assert.True(
            file.Code.Count(character => character == '{') == file.Code.Count(character => character == '}'), file.Path));

    [Fact]
    public void Members_are_measured_from_their_signature_to_their_last_line()
    {
        const string text = """
            namespace N;
            [Some(nameof(X))]
            public sealed record C(int A) : D(A)
            {
                private static readonly Dictionary<int, int> _table = new()
                {
                    [1] = 2,
                };
                public static TheoryData<int> Rows => new()
                {
                    { 1 },
                };
                public int P
                {
                    get;
                    set;
                } = 3;
                [Fact]
                [InlineData(";{")]
                public void M<T>(Func<int> f)
                    where T : class
                {
                    if (f() > 0) { return; }
                }
                public int E(int x) => x switch
                {
                    1 => 2,
                    _ => 3,
                };
                private sealed class Inner { public Inner() { } }
            }
            """;
        Assert.Equal(
            [new CodeMember("property", 13, 17), new CodeMember("M", 20, 24), new CodeMember("E", 25, 29), new CodeMember("Inner", 30, 30)],
            CodeMembers.Of(CSharpText.CodeOnly(text)));
    }
}

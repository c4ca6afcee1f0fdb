using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Observability.Query.LogQL.Lines;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.LogQL;

public sealed class LineFormatTests
{
    [Fact]
    public void Logfmt_reads_back_whatever_is_quoted() => Prop.ForAll<NonNull<string>, NonNull<string>>(static (first, second) =>
    {
        var reader = new LogfmtReader($"a={Quoted(first.Get)} flag b={Quoted(second.Get)}");
        Assert.Equal(("a", first.Get), Next());
        Assert.Equal(("flag", ""), Next());
        Assert.Equal(("b", second.Get), Next());
        Assert.False(reader.Read());

        (string, string) Next()
        {
            Assert.True(reader.Read());
            Assert.Null(reader.Fault);
            return (reader.Key, reader.Value);
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""a="open""", "unterminated quoted value at character 3")]
    [InlineData("""a="\""", "unterminated quoted value at character 3")]
    [InlineData("""a="\q" """, "invalid escape in the quoted value at character 3")]
    [InlineData("""a="\u12" """, "invalid escape in the quoted value at character 3")]
    [InlineData("=x", "unexpected '=' at character 1")]
    [InlineData("a\"b", "unexpected '\"' at character 2")]
    [InlineData("a=b=c", "unexpected '=' at character 4")]
    public void A_malformed_pair_says_what_is_wrong_and_where(string line, string fault)
    {
        var reader = new LogfmtReader(line);
        Assert.True(reader.Read());
        Assert.Equal(fault, reader.Fault);
    }

    [Fact]
    public void Logfmt_ends_on_any_text() => Prop.ForAll<NonNull<string>>(static text =>
    {
        var reader = new LogfmtReader(text.Get);
        for (var pairs = 0; reader.Read(); pairs++)
        {
            Assert.True(pairs <= text.Get.Length);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_pattern_finds_again_what_was_put_between_its_texts() => Prop.ForAll<int>(static seed =>
    {
        var random = new Random(seed);
        var count = random.Next(1, 6);
        var values = Enumerable.Range(0, count).Select(_ => new string((char)random.Next('a', 'f'), random.Next(1, 5))).ToArray();
        var line = "[" + string.Join(" | ", values) + "]";
        var pattern = "[" + string.Join(" | ", values.Select((_, i) => $"<n{i}>")) + "]";
        var found = new List<string>();
        LinePattern.ForParser(pattern).Capture(line, (name, value) => found.Add($"{name}={value}"));
        Assert.Equal(values.Select((value, i) => $"n{i}={value}"), found);
        Assert.True(LinePattern.ForFilter(Regex.Replace(pattern, "<n.>", "<_>")).Fits(line));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("<a", false)]
    [InlineData("<1a> x", false)]
    [InlineData("<a>x<a>", false)]
    [InlineData("<a> <_>", true)]
    public void A_pattern_names_each_capture_once(string pattern, bool isPattern)
    {
        var refused = Record.Exception(() => LinePattern.ForParser(pattern));
        Assert.Equal(isPattern, refused is null);
        Assert.True(isPattern || refused is ArgumentException);
    }

    [Theory]
    [InlineData("a.b", "1")]
    [InlineData("a[\"c d\"]", "two")]
    [InlineData("[\"a\"].l[1].x", "true")]
    [InlineData("a.l", """[0,{"x":true}]""")]
    [InlineData("a[\"q\\\"\"]", "quoted")]
    [InlineData("a.l[9]", null)]
    [InlineData("a.b.c", null)]
    [InlineData("a.none", null)]
    [InlineData("a.z", null)]
    public void A_path_leads_to_a_value_or_nowhere(string path, string? expected)
    {
        using var document = JsonDocument.Parse("""{"a":{"b":1,"c d":"two","l":[0,{"x":true}],"q\"":"quoted","z":null}}""");
        Assert.Equal(expected, JsonPath.Parse(path).Find(document.RootElement));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a[")]
    [InlineData("a[x]")]
    [InlineData("a[\"x\"")]
    [InlineData("a[\"x]")]
    [InlineData("a b")]
    [InlineData("1a")]
    public void What_is_no_path_is_refused(string path) => Assert.Contains("is not a path", Assert.Throws<ArgumentException>(() => JsonPath.Parse(path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "110.0.0.1", false)]
    [InlineData("10.0.0.1", "x10.0.0.1:80", true)]
    [InlineData("10.0.0.1", "10.0.0.1.", true)]
    [InlineData("10.0.0.1", "10.0.0.10", false)]
    [InlineData("10.0.0.250-10.0.1.5", "10.0.1.0", true)]
    [InlineData("10.0.0.250-10.0.1.5", "10.0.1.6", false)]
    [InlineData("0.0.0.0/0", "8.8.8.8", true)]
    [InlineData("10.1.2.3/31", "10.1.2.2", true)]
    [InlineData("::/0", "fe80::1", true)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("2001:db8::1-2001:db8::ff", "2001:db8::fe", true)]
    [InlineData("10.0.0.0/8", "10.1", false)]
    public void Addresses_are_found_inside_text(string pattern, string text, bool expected) => Assert.Equal(expected, AddressPattern.Parse(pattern).OccursIn(text));

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.9-10.0.0.1")]
    [InlineData("10.0.0.1-::1")]
    [InlineData("::1/129")]
    [InlineData("a/b/c")]
    public void What_is_no_address_is_refused(string pattern) => Assert.Throws<ArgumentException>(() => AddressPattern.Parse(pattern));

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("a\u001b[1;2;38;5;196mb\u001b[Kc", "abc")]
    [InlineData("\u009b31mred", "red")]
    [InlineData("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001bMup", "up")]
    [InlineData("tail\u001b", "tail\u001b")]
    [InlineData("cut\u001b[31", "cut")]
    public void Terminal_codes_are_taken_out(string line, string expected) => Assert.Equal(expected, TerminalText.Strip(line));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("http.status-code", "http_status_code")]
    [InlineData("2xx", "_2xx")]
    [InlineData("  a b ", "a_b")]
    [InlineData("é", "_")]
    [InlineData("  ", "")]
    public void Any_key_becomes_a_name_that_a_label_can_have(string key, string expected) => Assert.Equal(expected, LogQLLabels.NameFrom(key));

    [Theory]
    [InlineData("(a)(?P<x>b)(c)", "1 x 2")]
    [InlineData("(?<x>a)(b)", "x 1")]
    [InlineData(@"\((?:a)[(\]](b)[]()](?i)(?P<y>c)", "1 y")]
    [InlineData("((a)(?P<z>b))", "1 2 z")]
    public void Groups_are_counted_from_left_to_right(string pattern, string expected)
    {
        var numbering = new CaptureNumbering(pattern);
        var names = Enumerable.Range(1, expected.Split(' ').Length).Select(i => numbering.NameOf($"{i}")).ToArray();
        Assert.Equal(expected, string.Join(' ', names));
        Assert.Equal("", numbering.NameOf("9"));
        Assert.Subset(LinearRegex.Unanchored(pattern).GetGroupNames().ToHashSet(), names.ToHashSet());
    }

    private static string Quoted(string text) => '"' + string.Concat(text.Select(static c => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        < ' ' => $"\\u{(int)c:x4}",
        _ => c.ToString(),
    })) + '"';
}

using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Observability.Templates.Tests.Rendering;

public sealed class PropertyTests
{
    private static readonly string[] Fragments =
    [
        "{{", "}}", "{{-", "-}}", " ", "\n", "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "\"a\"", "`b`", "'c'", ".", ".x",
        ".x.y", "$", "$v", ":=", "=", ",", "|", "(", ")", "1", "-2", "1.5", "0x1p3", "true", "nil", "print", "printf", "\"%5.2f%[1]d%!\"", "index", "slice", "len", "eq", "and",
        "call", "toUpper", "title", "reReplaceAll", "\"(a|b)*\"", "\"[[:x:]\"", "\"\\\\p{\"", "dict", "list", "append", "toJson", "date", "tz", "now", "since", "humanizeDuration", "/*", "*/", "x", "é", "😀", "\"",
    ];

    [Fact]
    public void A_text_without_an_action_renders_to_itself() =>
        Prop.ForAll<string>(text =>
        {
            var plain = (text ?? "").Replace("{{", "", StringComparison.Ordinal);
            return Template.Parse("plain", plain, TemplateFunctions.Standard).Render(TemplateValue.Nil) == plain;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_quoted_text_is_read_back_as_it_was() =>
        Prop.ForAll<string>(text =>
        {
            var written = (text ?? "").EnumerateRunes().Aggregate(new StringBuilder(), (builder, rune) => builder.Append(rune)).ToString();
            var quoted = Template.Parse("quote", "{{ printf \"%q\" . }}", TemplateFunctions.Standard).Render(written);
            return Template.Parse("read", "{{ " + quoted + " }}", TemplateFunctions.Standard).Render(TemplateValue.Nil) == written;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_number_is_printed_with_digits_that_read_back_as_the_same_number() =>
        Prop.ForAll<double>(number => !double.IsFinite(number)
            || double.Parse(Template.Parse("number", "{{ . }}", TemplateFunctions.Standard).Render(number), CultureInfo.InvariantCulture) == number)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Fixed_decimals_lie_within_half_of_the_last_place() =>
        Prop.ForAll<int, PositiveInt>((thousandths, digits) =>
        {
            var number = thousandths / 1000d;
            var places = digits.Get % 6;
            var printed = double.Parse(Template.Parse("number", $"{{{{ printf \"%.{places}f\" . }}}}", TemplateFunctions.Standard).Render(number), CultureInfo.InvariantCulture);
            return Math.Abs(printed - number) <= (0.5 * Math.Pow(10, -places)) + 1e-9;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Json_of_any_text_is_read_back_as_it_was() =>
        Prop.ForAll<string>(text =>
        {
            var written = (text ?? "").EnumerateRunes().Aggregate(new StringBuilder(), (builder, rune) => builder.Append(rune)).ToString();
            var json = Template.Parse("json", "{{ toJson . }}", Samples.NotificationFunctions).Render(written);
            return System.Text.Json.JsonSerializer.Deserialize<string>(json) == written;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_written_the_only_exception_is_a_fault_of_the_template(int seed)
    {
        var random = new Random(seed);
        var options = new RenderOptions { Limits = new RenderLimits { Steps = 5_000, OutputCharacters = 10_000 } };
        var data = TemplateValue.From(new TemplateMap([new("x", TemplateValue.From(new TemplateMap([new("y", 1)])))]));
        var rendered = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var text = random.Next(3) == 0 ? Sentence(random) : string.Concat(random.GetItems(Fragments, random.Next(1, 25)));
            try
            {
                Template.Parse("fuzz", text, Samples.NotificationFunctions).Render(data, options);
                rendered++;
            }
            catch (TemplateException exception)
            {
                Assert.InRange(exception.Fault.Column, 1, text.Length + 1);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: {text}", exception);
            }
        }
        Assert.True(rendered > 50, $"only {rendered} texts were well formed: the fuzz does not reach the renderer");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Whatever_the_bytes_of_a_damaged_template_the_only_exception_is_a_fault(int seed)
    {
        var random = new Random(seed);
        const string sound = "{{ define \"t\" }}{{ range $i, $e := .Alerts }}{{ if eq .Status \"firing\" }}{{ $i }} {{ .Labels.SortedPairs.Values | join \", \" | printf \"%-10s|\" }}{{ else }}-{{ end }}{{ end }}{{ end }}{{ template \"t\" . }}";
        for (var round = 0; round < 3_000; round++)
        {
            var damaged = sound.ToCharArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (char)random.Next(1, 0x250);
            }
            var fault = Record.Exception(() => Samples.Notify(new string(damaged)));
            Assert.True(fault is null or TemplateException, $"seed {seed}, round {round}: {new string(damaged)}: {fault}");
        }
    }

    private static string Sentence(Random random)
    {
        var words = random.GetItems(Fragments.Where(fragment => !fragment.Contains('{', StringComparison.Ordinal) && !fragment.Contains('}', StringComparison.Ordinal)).ToArray(), random.Next(1, 6));
        return $"{{{{ {string.Join(' ', words)} }}}}";
    }
}

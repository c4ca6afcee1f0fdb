namespace Observability.Templates.Tests.Rendering;

public sealed class LimitTests
{
    private static readonly TemplateFunctions Functions = Samples.NotificationFunctions;

    [Theory]
    [InlineData("{{ range 1000000000 }}{{ end }}", "RenderLimits.Steps")]
    [InlineData("{{ range 1000000000 }}{{ $x := 1 }}{{ end }}", "RenderLimits.Steps")]
    [InlineData("{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}", "RenderLimits.Depth")]
    [InlineData("{{ define \"a\" }}{{ template \"b\" }}{{ end }}{{ define \"b\" }}{{ if 1 }}{{ template \"a\" }}{{ end }}{{ end }}{{ template \"a\" }}", "RenderLimits.Depth")]
    [InlineData("{{ range 1000000 }}0123456789{{ end }}", "RenderLimits.OutputCharacters")]
    [InlineData("{{ $x := \"0123456789\" }}{{ range 1000 }}{{ $x = print $x $x }}{{ end }}", "RenderLimits.OutputCharacters")]
    [InlineData("{{ $x := \"0123456789\" }}{{ range 1000 }}{{ $x = reReplaceAll \".\" $x $x }}{{ end }}", "RenderLimits.OutputCharacters")]
    [InlineData("{{ printf \"%1000000d%1000000d\" 1 1 }}", "RenderLimits.OutputCharacters")]
    [InlineData("{{ printf \"%10000000d\" 1 }}", "larger than 1000000")]
    [InlineData("{{ $l := list 1 }}{{ range 100 }}{{ $l = list $l $l }}{{ end }}{{ $l }}", "nested more than 50 deep")]
    [InlineData("{{ $l := list 1 }}{{ range 40 }}{{ $l = list $l $l }}{{ end }}{{ $l }}", "RenderLimits.OutputCharacters")]
    [InlineData("{{ $l := list 1 }}{{ range 100 }}{{ $l = list $l $l }}{{ end }}{{ toJson $l }}", "nested more than 50 deep")]
    [InlineData("{{ $l := list }}{{ range 1000000 }}{{ $l = append $l 1 2 3 4 5 6 7 8 }}{{ end }}", "RenderLimits.Steps")]
    [InlineData("{{ range $i := 1000000 }}{{ match (print \"a\" $i) \"b\" }}{{ end }}", "RenderLimits.Steps")]
    [InlineData("{{ $x := printf \"%100000s\" \"\" }}{{ range 1000000 }}{{ $y := toUpper $x }}{{ end }}", "RenderLimits.Steps")]
    [InlineData("{{ $x := printf \"%100000s\" \"\" }}{{ range 1000000 }}{{ $y := match \"(a|b)*c\" $x }}{{ end }}", "RenderLimits.Steps")]
    [InlineData("{{ match \"((a{1000}){1000}){1000}\" \"a\" }}", "not a valid regular expression")]
    public void A_template_that_would_hang_or_fill_memory_is_stopped(string template, string reason)
    {
        var refused = Assert.Throws<TemplateException>(() => Template.Parse("hostile", template, Functions).Render(TemplateValue.Nil));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_of_exactly_the_limit_passes_and_one_more_character_does_not()
    {
        var template = Template.Parse("case", "{{ range . }}x{{ end }}", Functions);
        var limits = new RenderLimits { OutputCharacters = 100 };
        Assert.Equal(100, template.Render(100, limits).Length);
        Assert.Throws<TemplateException>(() => template.Render(101, limits));
    }

    [Fact]
    public void The_default_depth_fits_into_the_stack_of_a_thread()
    {
        const string recursive = "{{ define \"a\" }}{{ if gt . 0 }}{{ if (((((1))))) }}{{ with . }}{{ template \"a\" 1 }}{{ end }}{{ end }}{{ end }}{{ end }}{{ template \"a\" 1 }}";
        var template = Template.Parse("deep", recursive, Functions);
        Exception? caught = null;
        var thread = new Thread(() => caught = Record.Exception(() => template.Render(1)), maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.IsType<TemplateException>(caught);
    }

    [Theory]
    [InlineData("(", ")", "parentheses")]
    [InlineData("{{ if 1 }}", "{{ end }}", "blocks or branches")]
    public void A_text_nested_too_deep_is_refused_before_it_is_rendered(string open, string close, string reason)
    {
        var inside = open == "(" ? "{{ " + Repeat(open, 5000) + "1" + Repeat(close, 5000) + " }}" : Repeat(open, 5000) + Repeat(close, 5000);
        var refused = Assert.Throws<TemplateException>(() => Template.Parse("deep", inside, Functions));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_of_else_if_is_refused_before_it_exhausts_the_stack()
    {
        var chain = "{{ if 0 }}" + Repeat("{{ else if 0 }}", 5000) + "{{ end }}";
        Assert.Contains("blocks or branches", Assert.Throws<TemplateException>(() => Template.Parse("chain", chain, Functions)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_more_than_a_megabyte_is_refused() =>
        Assert.Contains("at most 1048576", Assert.Throws<TemplateException>(() => Template.Parse("long", new string('x', (1 << 20) + 1), Functions)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_rendering_that_is_cancelled_stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var template = Template.Parse("case", "{{ range 100000 }}{{ . }}{{ end }}", Functions);
        Assert.Throws<OperationCanceledException>(() => template.Render(TemplateValue.Nil, new RenderOptions { Cancellation = cancelled.Token }));
    }

    [Fact]
    public void A_mail_of_a_thousand_alerts_stays_inside_the_default_limits()
    {
        var labels = new LabelData(Enumerable.Range(0, 20).Select(number => KeyValuePair.Create("label_" + number, "a value of ordinary length")));
        var alert = Samples.Notification.Alerts[0] with { Labels = labels };
        var data = new NotificationData { Receiver = "r", ExternalUrl = "http://x", GroupLabels = LabelData.Empty, Alerts = [.. Enumerable.Repeat(alert, 1000)] };
        var template = Template.Parse("mail", "{{ range .Alerts.Firing }}{{ range .Labels.SortedPairs }}{{ .Name }} = {{ .Value }}\n{{ end }}{{ end }}", Functions);
        Assert.Equal(20_000, template.Render(TemplateValue.From(data)).Count(character => character == '\n'));
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}

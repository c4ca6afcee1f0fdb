namespace Observability.Templates.Tests.Language;

public sealed class LanguageTests
{
    [Theory]
    [MemberData(nameof(GoCases.All), MemberType = typeof(GoCases))]
    public void A_template_renders_as_in_Go(string template, string expected) =>
        Assert.Equal(expected, Template.Parse("case", template, Samples.NotificationFunctions).Render(TemplateValue.Nil));

    [Theory]
    [InlineData("{{ .a }}", "1")]
    [InlineData("{{ .nested.b }}", "2")]
    [InlineData("{{ (.nested).b }}", "2")]
    [InlineData("{{ $.nested.b }}", "2")]
    [InlineData("{{ with .nested }}{{ $.a }}{{ .b }}{{ end }}", "12")]
    [InlineData("{{ index .nested \"b\" }}", "2")]
    [InlineData("{{ index . \"nested\" \"b\" }}", "2")]
    [InlineData("{{ range $k, $v := . }}{{ $k }}={{ $v }};{{ end }}", "a=1;list=[x y];nested=map[b:2];")]
    [InlineData("{{ range .list }}{{ . }}{{ $.a }}{{ end }}", "x1y1")]
    [InlineData("{{ $n := .nested }}{{ $n.b }}{{ $n }}", "2map[b:2]")]
    [InlineData("{{ len . }}{{ len .list }}", "32")]
    [InlineData("{{ .missing }}", "<no value>")]
    [InlineData("{{ .missing.deeper }}", "<no value>")]
    [InlineData("{{ if .missing }}a{{ else }}b{{ end }}", "b")]
    [InlineData("{{ print .missing }}", "<nil>")]
    [InlineData("{{ index . \"missing\" }}", "<no value>")]
    [InlineData("{{ range .missing }}a{{ else }}b{{ end }}", "b")]
    [InlineData("{{ . }}", "map[a:1 list:[x y] nested:map[b:2]]")]
    public void Maps_are_read_by_their_keys(string template, string expected)
    {
        var nested = new TemplateMap([new("b", 2)]);
        var data = new TemplateMap([new("list", TemplateValue.Texts(["x", "y"])), new("a", 1), new("nested", TemplateValue.From(nested))]);
        Assert.Equal(expected, Template.Parse("case", template, TemplateFunctions.Standard).Render(TemplateValue.From(data)));
    }

    [Fact]
    public void An_absent_label_is_empty_and_not_a_missing_value()
    {
        var labels = TemplateValue.From(TemplateMap.OfTexts([new("a", "1")]));
        Assert.Equal("[]", Template.Parse("case", "[{{ .b }}]", TemplateFunctions.Standard).Render(labels));
        Assert.Equal("[<no value>]", Template.Parse("case", "[{{ .b }}]", TemplateFunctions.Standard).Render(labels, new RenderOptions { MissingKey = MissingKey.NoValue }));
    }

    [Fact]
    public void A_function_in_the_data_is_called_by_call_and_not_by_its_name()
    {
        var function = TemplateValue.From(new TemplateFunction("double", 1, call => call.Integer(0) * 2));
        var data = TemplateValue.From(new TemplateMap([new("double", function)]));
        Assert.Equal("14", Template.Parse("case", "{{ call .double 7 }}", TemplateFunctions.Standard).Render(data));
        var refused = Assert.Throws<TemplateException>(() => Template.Parse("case", "{{ .double 7 }}", TemplateFunctions.Standard).Render(data));
        Assert.Contains("no method", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_template_renders_different_data_at_the_same_time()
    {
        var template = Template.Parse("case", "{{ $x := . }}{{ range 50 }}{{ $x }}{{ end }}", TemplateFunctions.Standard);
        var results = Enumerable.Range(0, 64).AsParallel().Select(number => (number, Text: template.Render(number))).ToList();
        Assert.All(results, result => Assert.Equal(string.Concat(Enumerable.Repeat(result.number, 50)), result.Text));
    }
}

namespace Observability.Templates.Tests.Rendering;

public sealed class FindFaultTests
{
    private static readonly TemplateValue Rule = TemplateValue.From(new RuleData([new("pipeline", "orders"), new("environment", "prod")], 1));

    [Theory]
    [InlineData("{{ $labels.pipeline }} failed in {{ .Labels.environment }}: {{ $value | humanize }}")]
    [InlineData("no action at all")]
    [InlineData("{{ if eq $labels.environment \"dev\" }}{{ $labels.pipeline }}{{ end }}")]
    public void A_template_that_fits_the_sample_has_no_fault(string template) =>
        Assert.Null(Template.Parse("summary", template, TemplateFunctions.Prometheus()).FindFault(Rule));

    [Theory]
    [InlineData("{{ $labels.pipelin }}", 4, "no entry for key \"pipelin\"; it has environment, pipeline")]
    [InlineData("{{ if false }}{{ template \"nope\" }}{{ end }}", 18, "template \"nope\" is not defined")]
    [InlineData("a {{ $value | toUpper }}", 15, "argument 1 is float64; expected string")]
    [InlineData("{{ range 1000000000 }}{{ end }}", 10, "RenderLimits.Steps")]
    public void A_fault_is_a_value_with_its_place(string template, int column, string reason)
    {
        var fault = Template.Parse("summary", template, TemplateFunctions.Prometheus()).FindFault(Rule);
        Assert.NotNull(fault);
        Assert.Contains(reason, fault.Reason, StringComparison.Ordinal);
        Assert.Equal(("summary", 1, column), (fault.TemplateName, fault.Line, fault.Column));
    }
}

namespace Observability.Templates.Tests.Language;

public sealed class FaultTests
{
    [Theory]
    [InlineData("{{", 1, 1, "not closed")]
    [InlineData("a\nb {{ .x", 2, 3, "the action is not closed")]
    [InlineData("{{ if true }}a", 1, 1, "{{if}} is not closed")]
    [InlineData("a\n\n  {{ range . }}{{ if . }}{{ end }}", 3, 3, "{{range}} is not closed")]
    [InlineData("{{ end }}", 1, 4, "{{end}} without a block")]
    [InlineData("{{ else }}", 1, 4, "{{else}} without a block")]
    [InlineData("{{ if 1 }}{{ else }}{{ else }}{{ end }}", 1, 24, "a second {{else}}")]
    [InlineData("{{ nope 1 }}", 1, 4, "function \"nope\" is not defined")]
    [InlineData("{{ pritnf 1 }}", 1, 4, "function \"pritnf\" is not defined")]
    [InlineData("{{ prinf 1 }}", 1, 4, "did you mean \"print\"")]
    [InlineData("{{ PRINT 1 }}", 1, 4, "did you mean \"print\"")]
    [InlineData("{{ $x }}", 1, 4, "variable \"$x\" is not declared")]
    [InlineData("{{ $x = 1 }}", 1, 4, "declare it with $x := …")]
    [InlineData("{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", 1, 39, "a variable ends with the block")]
    [InlineData("{{ define \"a\" }}{{ $labels }}{{ end }}", 1, 20, "not declared here")]
    [InlineData("{{ \"a }}", 1, 4, "not closed on its line")]
    [InlineData("{{ `a }}", 1, 4, "raw string is not closed")]
    [InlineData("{{ \"\\z\" }}", 1, 5, "unknown escape")]
    [InlineData("{{ 'ab' }}", 1, 4, "is not one character")]
    [InlineData("{{ 1abc }}", 1, 4, "is not a number")]
    [InlineData("{{ 99999999999999999999 }}", 1, 4, "does not fit into 64 bits")]
    [InlineData("{{ 1i }}", 1, 4, "imaginary")]
    [InlineData("{{ (1 }}", 1, 4, "the parenthesis is not closed")]
    [InlineData("{{ 1) }}", 1, 5, "closes no parenthesis")]
    [InlineData("{{ () }}", 1, 5, "nothing stands between the parentheses")]
    [InlineData("{{ }}", 1, 4, "the action is empty")]
    [InlineData("{{ if }}a{{ end }}", 1, 7, "{{if}} needs one")]
    [InlineData("{{ .a\"b\" }}", 1, 6, "unexpected character")]
    [InlineData("{{ \"a\"\"b\" }}", 1, 7, "expected a space")]
    [InlineData("{{ 1.x }}", 1, 4, "is not a number")]
    [InlineData("{{ \"a\".x }}", 1, 7, "a field follows a constant")]
    [InlineData("{{ .x | }}", 1, 9, "a function after")]
    [InlineData("{{ .x | 1 }}", 1, 9, "a constant cannot take the piped value")]
    [InlineData("{{ .x ! }}", 1, 7, "unexpected character '!'")]
    [InlineData("{{ $a, $b := 1 }}", 1, 6, "only a range takes two")]
    [InlineData("{{ break }}", 1, 4, "outside of {{range}}")]
    [InlineData("{{ range . }}{{ define \"x\" }}{{ end }}{{ end }}", 1, 17, "{{define}} stands inside another block")]
    [InlineData("{{ define x }}{{ end }}", 1, 11, "quoted name")]
    [InlineData("{{ template }}", 1, 13, "quoted name")]
    [InlineData("{{ define \"x\" }}a{{ end }}{{ define \"x\" }}b{{ end }}", 1, 27, "defined a second time")]
    [InlineData("{{ /* spaced */ }}", 1, 4, "unexpected character '/'")]
    [InlineData("{{/* open", 1, 1, "comment is not closed")]
    [InlineData("{{/* a */ x }}", 1, 10, "a comment ends its action")]
    [InlineData("{{ print if }}", 1, 10, "begins an action")]
    public void A_wrong_text_is_refused_with_its_place(string template, int line, int column, string reason)
    {
        var fault = Assert.Throws<TemplateException>(() => Template.Parse("orders.tmpl", template, TemplateFunctions.Prometheus())).Fault;
        Assert.Equal("orders.tmpl", fault.TemplateName);
        Assert.Contains(reason, fault.Reason, StringComparison.Ordinal);
        Assert.Equal((line, column), (fault.Line, fault.Column));
    }

    [Theory]
    [InlineData("{{ nil }}", 4, "nil is no value")]
    [InlineData("{{ 1 2 }}", 4, "only a function")]
    [InlineData("{{ .x.y }}", 4, "string has no field or method \"y\"")]
    [InlineData("{{ .x 1 }}", 4, "\"x\" is no method")]
    [InlineData("{{ eq 1 1.0 }}", 4, "incompatible types for comparison: int and float64")]
    [InlineData("{{ gt 1.5 1 }}", 4, "write the number with a point, as in 1.0")]
    [InlineData("{{ lt true false }}", 4, "bool has no order")]
    [InlineData("{{ eq . . }}", 4, "a map cannot be compared")]
    [InlineData("{{ index .x 99 }}", 4, "index out of range: 99")]
    [InlineData("{{ index nil 1 }}", 4, "nil cannot be indexed")]
    [InlineData("{{ slice \"abc\" 2 1 }}", 4, "2 > 1")]
    [InlineData("{{ len 1 }}", 4, "int has no length")]
    [InlineData("{{ range .x }}{{ end }}", 10, "range cannot walk over string")]
    [InlineData("{{ template \"nope\" }}", 4, "template \"nope\" is not defined")]
    [InlineData("{{ not }}", 4, "expected 1, found 0")]
    [InlineData("{{ and }}", 4, "expected at least 1, found 0")]
    [InlineData("{{ printf 1 }}", 4, "printf: argument 1 is int; expected string")]
    [InlineData("{{ toUpper 1.5 }}", 4, "toUpper: argument 1 is float64; expected string")]
    [InlineData("{{ call 1 }}", 4, "expected a function")]
    [InlineData("{{ match \"(\" \"a\" }}", 4, "not a valid regular expression")]
    [InlineData("{{ match \"(a)\\\\1\" \"a\" }}", 4, "\\1 is refused")]
    [InlineData("{{ match \"(?=a)\" \"a\" }}", 4, "look-around is refused")]
    [InlineData("{{ match \"(?<=a)b\" \"a\" }}", 4, "look-behind")]
    public void Data_that_does_not_fit_is_refused_with_its_place(string template, int column, string reason)
    {
        var data = TemplateValue.From(new TemplateMap([new("x", "text")]));
        var parsed = Template.Parse("case", "first line\n" + template, TemplateFunctions.Prometheus());
        var fault = Assert.Throws<TemplateException>(() => parsed.Render(data)).Fault;
        Assert.Contains(reason, fault.Reason, StringComparison.Ordinal);
        Assert.Equal((2, column), (fault.Line, fault.Column));
    }

    [Fact]
    public void A_fault_inside_a_called_template_names_the_file_of_that_template()
    {
        var set = TemplateSet.Empty(TemplateFunctions.Standard).With("shared.tmpl", "\n{{ define \"inner\" }}\n {{ .a.b }}{{ end }}");
        var template = set.Parse("title", "{{ template \"inner\" . }}");
        var data = TemplateValue.From(new TemplateMap([new("a", 1)]));
        var exception = Assert.Throws<TemplateException>(() => template.Render(data));
        Assert.Equal(new TemplateFault("shared.tmpl", 3, 5, "int has no field or method \"b\""), exception.Fault);
        Assert.Equal("template \"shared.tmpl\", line 3, column 5: int has no field or method \"b\"", exception.Message);
    }
}

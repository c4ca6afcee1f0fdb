namespace Observability.Templates.Tests.Functions;

/// <summary>Loki's template functions; what they give is worked out from its documentation and, where that is silent, from Go's and Sprig's.</summary>
public sealed class LokiFunctionTests
{
    private static readonly Samples.StoppedClock s_time = new(new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.Zero));

    private static readonly TemplateFunctions s_functions = TemplateFunctions.Loki(s_time);

    private static readonly Dictionary<string, string> s_labels = new()
    {
        ["level"] = "ERROR",
        ["app"] = "web",
        ["path"] = "/a b/ü",
        ["size"] = "12.5",
        ["count"] = "7",
        ["json"] = """{"a": {"b": [1, "x", true, null]}, "n": 1.5}""",
        ["time"] = "2026-11-21T10:00:00Z",
        ["lines"] = "one\ntwo",
    };

    public static TheoryData<string, string> Texts => new()
    {
        { "{{ .app }}|{{ .missing }}|{{ index . \"level\" }}", "web||ERROR" },
        { "{{ lower .level }}{{ .level | lower }}{{ upper .app }}{{ ToLower .level }}{{ .app | ToUpper }}", "errorerrorWEBerrorWEB" },
        { "{{ title \"hello wide_world it's 2nd\" }}", "Hello Wide_world It'S 2nd" },
        { "{{ trunc 2 \"abcd\" }} {{ trunc -2 \"abcd\" }} {{ trunc 9 \"abcd\" }} {{ trunc -9 \"abcd\" }}", "ab cd abcd abcd" },
        { "{{ substr 1 3 \"abcd\" }} {{ substr -1 2 \"abcd\" }} {{ substr 2 -1 \"abcd\" }} {{ substr 2 99 \"abcd\" }}", "bc ab cd cd" },
        { "{{ contains \"b\" \"abc\" }} {{ \"abc\" | hasPrefix \"ab\" }} {{ hasSuffix \"ab\" \"abc\" }}", "true true false" },
        { "{{ if contains \"ERR\" .level }}yes{{ end }}", "yes" },
        { "[{{ indent 2 .lines }}][{{ nindent 1 .lines }}]", "[  one\n  two][\n one\n two]" },
        { "{{ replace \"a\" \"xy\" \"banana\" }} {{ \"ab\" | replace \"\" \"-\" }} {{ Replace \"banana\" \"a\" \"o\" 2 }} {{ Replace \"banana\" \"a\" \"o\" -1 }}", "bxynxynxy -a-b- bonona bonono" },
        { "{{ repeat 3 \"ab\" }}{{ repeat 0 \"ab\" }}", "ababab" },
        { "[{{ trim \"  a b \" }}][{{ trimAll \"$\" \"$5.00$\" }}][{{ trimPrefix \"-\" \"-a-\" }}][{{ trimSuffix \"-\" \"-a-\" }}]", "[a b][5.00][a-][-a]" },
        { "[{{ Trim \"xxaxx\" \"x\" }}][{{ TrimLeft \"xxaxx\" \"x\" }}][{{ TrimRight \"xxaxx\" \"x\" }}][{{ TrimPrefix \"xa\" \"x\" }}][{{ TrimSuffix \"ax\" \"x\" }}][{{ TrimSpace \" a \" }}]", "[a][axx][xxa][a][a][a]" },
        { "[{{ alignLeft 5 \"hünd\" }}][{{ alignRight 5 \"hünd\" }}][{{ alignLeft 2 \"hünd\" }}][{{ alignRight 3 \"hünd\" }}][{{ alignLeft -1 \"hünd\" }}]", "[hünd ][ hünd][hü][ünd][hünd]" },
        { "{{ default \"none\" .missing }} {{ .app | default \"none\" }} {{ default 5 0 }}", "none web 5" },
        { "{{ $j := fromJson .json }}{{ index $j.a.b 1 }} {{ $j.n }} {{ len $j.a.b }}{{ range (fromJson \"[1,2]\") }} {{ . }}{{ end }}", "x 1.5 4 1 2" },
        { "{{ fromJson \"not json\" }}", "<no value>" },
        { "{{ b64enc \"hällo\" }} {{ b64dec \"aMOkbGxv\" }}", "aMOkbGxv hällo" },
        { "{{ urlencode .path }} {{ urldecode \"%2Fa+b%2F%C3%BC\" }}", "%2Fa+b%2F%C3%BC /a b/ü" },
        { "{{ count \"[ae]\" \"abcade\" }} {{ \"aaa\" | count \"aa\" }} {{ count \"x*\" \"ab\" }}", "3 1 3" },
        { "{{ regexReplaceAll \"(a*)bc\" \"aaabc\" \"${1}d\" }} {{ regexReplaceAllLiteral \"(a*)bc\" \"aaabc\" \"${1}d\" }}", "aaad ${1}d" },
        { "{{ range $k, $v := . }}{{ if eq $k \"app\" \"level\" }}{{ $k }}={{ $v }};{{ end }}{{ end }}{{ len . }}", "app=web;level=ERROR;8" },
        { "{{ printf \"%-6s|%5.1f\" .app (float64 .size) }}", "web   | 12.5" },
    };

    public static TheoryData<string, string> Numbers => new()
    {
        { "{{ int .count }} {{ int \"3.0\" }} {{ int \"3.5\" }} {{ int \"x\" }} {{ int 3.9 }} {{ int \"-4\" }} {{ int \"0x10\" }}", "7 3 0 0 3 -4 16" },
        { "{{ float64 .size }} {{ float64 \"x\" }} {{ float64 7 }}", "12.5 0 7" },
        { "{{ add 3 2 .count }} {{ sub 5 .count }} {{ mul 5 2 3 }} {{ div .count 2 }} {{ mod 10 3 }} {{ .count | add 1 }}", "12 -2 30 3 1 8" },
        { "{{ addf 3.5 2 5 }} {{ subf 5.5 1.5 }} {{ mulf 5.5 2 2 }} {{ divf .size 2.5 2 }}", "10.5 4 22 2.5" },
        { "{{ max 1 .count 3 }} {{ min 1 .count 3 }} {{ maxf 1 2.5 3 }} {{ minf 1 2.5 3 }}", "7 1 3 1" },
        { "{{ ceil 12.1 }} {{ floor .size }} {{ round .size 0 }} {{ round 123.5555 3 }} {{ round 123.44 1 0.2 }}", "13 12 13 123.556 123.5" },
        { "{{ if gt (int .count) 5 }}many{{ end }}", "many" },
    };

    public static TheoryData<string, string> Times => new()
    {
        { "{{ now | date \"2006-01-02 15:04\" }} {{ date \"2006\" 0 }}", "2026-11-21 09:30 1970" },
        { "{{ .time | toDate \"2006-01-02T15:04:05Z07:00\" | unixEpoch }}", "1795255200" },
        { "{{ toDate \"2006-01-02\" \"2026-11-21\" | date \"Mon Jan _2 2006\" }}", "Sat Nov 21 2026" },
        { "{{ toDateInZone \"2006-01-02 15:04\" \"America/New_York\" \"2026-07-01 12:00\" | unixEpoch }}", "1782921600" },
        { "{{ toDate \"02/Jan/2006:15:04:05 -0700\" \"21/Nov/2026:10:00:00 +0530\" | unixEpoch }}", "1795235400" },
        { "{{ toDate \"Jan _2 15:04:05.000 2006\" \"Nov  1 10:00:00.125 2026\" | unixEpochMillis }}", "1793527200125" },
        { "{{ toDate \"2006-01-02T15:04:05\" \"2026-11-21T10:00:00.5\" | unixEpochNanos }}", "1795255200500000000" },
        { "{{ toDate \"January 2, 2006 3:04PM\" \"november 21, 2026 1:05PM\" | date \"15:04\" }}", "13:05" },
        { "{{ (toDate \"2006-01-02\" \"yesterday\").IsZero }} {{ (toDate \"2006-01-02\" \"2026-02-30\").IsZero }}", "true true" },
        { "{{ unixToTime \"1795255200\" | date \"15:04:05\" }} {{ unixToTime \"1795255200125\" | date \"05.000\" }} {{ unixToTime \"20778\" | date \"2006-01-02\" }}", "10:00:00 00.125 2026-11-21" },
        { "{{ unixToTime \"1795255200125000\" | unixEpochMillis }} {{ unixToTime \"1795255200125000000\" | unixEpochNanos }}", "1795255200125 1795255200125000000" },
    };

    public static TheoryData<string, string> Refused => new()
    {
        { "{{ div 1 0 }}", "division by zero" },
        { "{{ mod 1 .missing }}", "division by zero" },
        { "{{ b64dec \"%\" }}", "not base64" },
        { "{{ unixToTime \"12\" }}", "no Unix time" },
        { "{{ substr 3 1 \"abcd\" }}", "not inside a text of 4 bytes" },
        { "{{ repeat -1 \"a\" }}", "repeat takes 0 or more" },
        { "{{ repeat 2000000 \"a\" }}", "1048576" },
        { "{{ indent 2000000 \"a\" }}", "1048576" },
        { "{{ alignRight 99999999999 \"a\" }}", "1048576" },
        { "{{ replace \"a\" (repeat 100000 \"b\") (repeat 100000 \"a\") }}", "1048576" },
        { "{{ regexReplaceAll \"(\" .app \"\" }}", "not a valid regular expression" },
        { "{{ urldecode \"%zz\" }}", "invalid URL escape" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_is_handled_as_documented(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_are_read_out_of_labels(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [MemberData(nameof(Times))]
    public void Times_are_read_and_written_by_layouts(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_computed_is_refused_with_its_reason(string template, string reason) =>
        Assert.Contains(reason, Assert.Throws<TemplateException>(() => Render(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_key_is_looked_up_and_the_others_are_listed_only_when_a_template_asks()
    {
        var listed = 0;
        var map = TemplateMap.OfTexts(
            key => s_labels.GetValueOrDefault(key, ""),
            () =>
            {
                listed++;
                return s_labels;
            });
        Assert.Equal("web ", Template.Parse("t", "{{ .app }} {{ .missing }}", s_functions).Render(TemplateValue.From(map)));
        Assert.Equal(0, listed);
        Assert.Equal("8 8", Template.Parse("t", "{{ len . }} {{ len . }}", s_functions).Render(TemplateValue.From(map)));
        Assert.Equal(1, listed);
    }

    [Fact]
    public void An_expression_is_compiled_once_for_all_renderings_that_share_it()
    {
        var template = Template.Parse("t", "{{ regexReplaceAll \"b+\" .app \"d\" }}", s_functions);
        var options = RenderOptions.Default with { Expressions = new CompiledExpressions(), Limits = new RenderLimits { Steps = 1_500 } };
        var data = TemplateValue.From(TemplateMap.OfTexts(s_labels));
        Assert.Equal("wed", template.Render(data, options));
        // Compiling costs more steps than are left here.
        Assert.Equal("wed", template.Render(data, options with { Limits = new RenderLimits { Steps = 100 } }));
        Assert.Throws<TemplateException>(() => template.Render(data, RenderOptions.Default with { Limits = new RenderLimits { Steps = 100 } }));
    }

    private static string Render(string template) => Template.Parse("t", template, s_functions).Render(TemplateValue.From(TemplateMap.OfTexts(s_labels)));
}

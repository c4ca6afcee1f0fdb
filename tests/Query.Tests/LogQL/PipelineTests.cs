using System.Diagnostics.CodeAnalysis;
using Observability.Query.LogQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.LogQL;

/// <summary>What each stage makes of one line. The expected answers are the documented behaviour of Loki 3.</summary>
public sealed class PipelineTests
{
    public static TheoryData<string, string, string> Stages => new()
    {
        // Line filters: stage, line, "line {labels}" or "dropped"
        { """|= "err" """, "an error", """an error {app="a"}""" },
        { """|= "Err" """, "an error", "dropped" },
        { """|= "x" or "err" """, "an error", """an error {app="a"}""" },
        { """!= "x" or "err" """, "an error", "dropped" },
        { """!= "x" or "y" """, "an error", """an error {app="a"}""" },
        { """|~ "err|warn" |~ "^an" """, "an error", """an error {app="a"}""" },
        { """|~ `(?i)ERR` !~ `\d` """, "an error", """an error {app="a"}""" },
        { """!~ "r+" """, "an error", "dropped" },
        { """|> "<_> bar" """, "foo bar", """foo bar {app="a"}""" },
        { """|> "<_> bar" """, "foo bar baz", "dropped" },
        { """|> "<_> bar <_>" """, " bar ", "dropped" },
        { """|> "<_>bar<_>" """, " bar ", """ bar  {app="a"}""" },
        { """|> "foo" """, "foo", """foo {app="a"}""" },
        { """!> "<_> level=debug <_>" """, "t=1 level=debug msg=x", "dropped" },
        { """|= ip("192.168.0.0/16") """, "from 192.168.4.5:80", """from 192.168.4.5:80 {app="a"}""" },
        { """|= ip("192.168.4.5-192.168.4.20") """, "from 192.168.4.21", "dropped" },
        { """|= ip("2001:db8::/32") """, "peer [2001:db8::68]:443", """peer [2001:db8::68]:443 {app="a"}""" },
        { """!= ip("10.0.0.1") """, "at 10.0.0.1.", "dropped" },

        // json
        { "| json", """{"a":"x","n":1.50,"t":true,"z":null,"l":[1,2],"o":{"p q":{"r":"s"}}}""", """{"a":"x","n":1.50,"t":true,"z":null,"l":[1,2],"o":{"p q":{"r":"s"}}} {a="x", app="a", n="1.50", o_p_q_r="s", t="true"}""" },
        { "| json | line_format `x`", """{"app":"b","1st":"y","é-f":"g","":"h"}""", """x {_1st="y", __f="g", app="a", app_extracted="b"}""" },
        { "| json | drop __error_details__", "no json", """no json {__error__="JSONParserErr", app="a"}""" },
        { "| json | drop __error_details__", "", """ {__error__="JSONParserErr", app="a"}""" },
        { "| json | drop __error_details__", """{"a":"x","b":""", """{"a":"x","b": {__error__="JSONParserErr", a="x", app="a"}""" },
        { "| json", """{"a":"\u00e9\n"} tail""", """{"a":"\u00e9\n"} tail {a="é\n", app="a"}""" },
        { """| json x="o.l[1]", y="o", z=`["a"]`, none="q.r" | line_format `-` """, """{"a":"v","o":{"l":[1,"two"]}}""", """- {app="a", x="two", y="{\"l\":[1,\"two\"]}", z="v"}""" },
        { """| json app="a" | line_format `-` """, """{"a":"v"}""", """- {app="a", app_extracted="v"}""" },
        { """| json x="a" | __error__="JSONParserErr" | line_format `-` | drop __error_details__""", "oops", """- {__error__="JSONParserErr", app="a"}""" },

        // logfmt
        { "| logfmt | line_format `-`", """level=info msg="a \"b\"" empty= flag n=1.5 app=x""", """- {app="a", app_extracted="x", level="info", msg="a \"b\"", n="1.5"}""" },
        { "| logfmt | line_format `-`", """a=1 b="open""", """- {a="1", app="a"}""" },
        { "| logfmt | line_format `-`", """a=1 =2 b"c d=4=5 e=6""", """- {a="1", app="a", e="6"}""" },
        { "| logfmt --strict | line_format `-`", """a=1 =2 e=6""", """- {__error__="LogfmtParserErr", __error_details__="unexpected '=' at character 5", a="1", app="a"}""" },
        { """| logfmt h="host", code, none="q" | line_format `-` """, "host=web code=200 x=1", """- {app="a", code="200", h="web"}""" },
        { "| logfmt --keep-empty | empty=\"\" | line_format `-`", "empty= x=1", """- {app="a", x="1"}""" },
        { "| logfmt --keep-empty | flag > 5 | line_format `-` | drop __error_details__", "flag", """- {__error__="LabelFilterErr", app="a"}""" },
        { "| logfmt | flag > 5", "flag", "dropped" },

        // The first parser that finds a name keeps it
        { """| logfmt | pattern "<_>=<x> <_>" | line_format `-`""", "x=1 y=2", """- {app="a", x="1", y="2"}""" },

        // regexp, pattern, unpack
        { """| regexp `(?P<m>\w+) (?P<app>\S+)( (?P<no>zz))?`""", "GET /x", """GET /x {app="a", app_extracted="/x", m="GET"}""" },
        { """| regexp `(?P<m>\d+)`""", "none", """none {app="a"}""" },
        { """| pattern `<ip> - - <_> "<method> <path> <_>" <status> <_>` | line_format `-`""", """0.1.2.3 - - [08/Nov/2021] "GET /api HTTP/1.1" 200 15""", """- {app="a", ip="0.1.2.3", method="GET", path="/api", status="200"}""" },
        { """| pattern `a <x> b <y>`""", "a 1 c", """a 1 c {app="a", x="1 c"}""" },
        { """| pattern `a <x>`""", "b 1", """b 1 {app="a"}""" },
        { "| unpack", """{"pod":"p","n":1,"_entry":"the line"}""", """the line {app="a", pod="p"}""" },
        { "| unpack", """{"pod":"p"}""", """{"pod":"p"} {app="a"}""" },
        { "| unpack | drop __error_details__", "[1]", """[1] {__error__="JSONParserErr", app="a"}""" },
        { """| unpack |= "the" """, """{"_entry":"the line"}""", """the line {app="a"}""" },

        // Label filters
        { "| logfmt | n > 1 and n <= 1.5 | line_format `-`", "n=1.5", """- {app="a", n="1.5"}""" },
        { "| logfmt | n != 1.5", "n=1.5", "dropped" },
        { "| logfmt | n = 15e-1 | line_format `-`", "n=1.5", """- {app="a", n="1.5"}""" },
        { "| logfmt | missing != 1", "n=1", "dropped" },
        { """| logfmt | missing != "1" | line_format `-`""", "n=1", """- {app="a", n="1"}""" },
        { "| logfmt | took >= 1m30s | line_format `-`", "took=90.5s", """- {app="a", took="90.5s"}""" },
        { "| logfmt | took < 1h30m", "took=2h", "dropped" },
        { "| logfmt | took > 1s | line_format `-`", "took=1d", """- {__error__="LabelFilterErr", __error_details__="'1d' in label 'took' is not a duration such as 1m30s", app="a", took="1d"}""" },
        { """| logfmt | took > 1s | __error__="" """, "took=1d", "dropped" },
        { "| logfmt | size > 1KiB | line_format `-`", """size="1.5 kB" """, """- {app="a", size="1.5 kB"}""" },
        { "| logfmt | size == 1500B", "size=1501", "dropped" },
        { """| logfmt | peer = ip("10.0.0.0/8") | line_format `-`""", "peer=10.2.3.4", """- {app="a", peer="10.2.3.4"}""" },
        { """| logfmt | peer != ip("10.0.0.0/8")""", "peer=10.2.3.4", "dropped" },
        { """| logfmt | a="2" or n>1 | line_format `-`""", "a=1 n=5", """- {a="1", app="a", n="5"}""" },
        { """| logfmt | a="1", n>1, n<4""", "a=1 n=5", "dropped" },
        { """| app=~"b|c" """, "x", "dropped" },

        // Formats and selections
        { """| label_format z=app, msg="m-{{.app}}-{{ __line__ }}" """, "x", """x {msg="m--x", z="a"}""" },
        { """| label_format app=missing""", "x", """x {app="a"}""" },
        { """| logfmt | label_format a=b""", "a=1 b=2", """a=1 b=2 {a="2", app="a"}""" },
        { """| logfmt | line_format "{{.a}}/{{ .b }}/{{.none}}" """, "a=1 b=2", """1/2/ {a="1", app="a", b="2"}""" },
        { """| decolorize""", "\u001b[1;31mred\u001b[0m \u001b]0;title\aend", """red end {app="a"}""" },
        { """| logfmt | drop a, app, b="3" """, "a=1 b=2", """a=1 b=2 {b="2"}""" },
        { """| logfmt | drop b=~"2|3" """, "a=1 b=2", """a=1 b=2 {a="1", app="a"}""" },
        { """| logfmt | keep a, b="3" """, "a=1 b=2", """a=1 b=2 {a="1"}""" },
        { """| json | drop __error__, __error_details__""", "x", """x {app="a"}""" },
        { """| json | keep none | drop __error_details__""", "x", """x {__error__="JSONParserErr"}""" },
    };

    [Theory, MemberData(nameof(Stages))]
    public async Task A_stage_changes_the_line_as_documented(string stages, string line, string expected) =>
        Assert.Equal(expected, await Asking.LineAsync("""{app="a"} """ + stages, Records.At(1, line)));

    [Fact]
    public async Task Attributes_are_structured_metadata_under_names_that_labels_can_have()
    {
        var record = Records.At(1, "x").With(("http.status_code", "500"), ("app", "other"), ("k8s.pod/name", "p")) with { TraceId = "abc", SeverityNumber = 17 };
        var entry = Assert.Single(await Asking.LinesAsync("""{app="a"} | http_status_code >= 500 | trace_id="abc" """, new ListLogSource(record)));
        Assert.Equal("""{app="a", app_extracted="other", http_status_code="500", k8s_pod_name="p", severity_number="17", trace_id="abc"}""", entry.Labels.ToString());
        Assert.Equal("""{app="a"}""", entry.Stream.ToString());
        Assert.Equal(["app_extracted", "http_status_code", "k8s_pod_name", "severity_number", "trace_id"], entry.StructuredMetadata.Select(static label => label.Name));
        Assert.Empty(entry.Parsed);
    }

    [Fact]
    public async Task A_parsed_label_wins_over_metadata_of_its_name()
    {
        var entry = Assert.Single(await Asking.LinesAsync("""{app="a"} | logfmt""", new ListLogSource(Records.At(1, "code=2").With(("code", "1")))));
        Assert.Equal("2", entry.Labels["code"]);
        Assert.Equal(new Label("code", "2"), Assert.Single(entry.Parsed));
        Assert.Empty(entry.StructuredMetadata);
    }

    [Theory]
    [InlineData("""|= "a" != "b" or "c" |= "" """, "a !b !c", true)]
    [InlineData("""|= "a" or "b" |= "c" """, "c", false)]
    [InlineData("""|~ "a" |= "c" """, "c", false)]
    [InlineData("""| logfmt |= "c" """, "c", false)]
    [InlineData("""| decolorize |= "c" """, "", false)]
    [InlineData("""|= ip("1.2.3.4") |= "c" """, "c", false)]
    public async Task Line_filters_on_the_stored_line_are_left_to_the_store(string stages, string pushed, bool isAll)
    {
        var source = new ListLogSource();
        await Asking.LinesAsync("""{app="a", env=~"p.*"} """ + stages, source, limit: 7);
        var search = Assert.Single(source.Searches);
        Assert.Equal(["app=\"a\"", "env=~\"p.*\""], search.Stream.Select(static matcher => matcher.ToString()));
        Assert.Equal(pushed, string.Join(' ', search.Lines.Select(static filter => (filter.Negated ? "!" : "") + filter.Text)));
        Assert.Equal(isAll ? 7 : int.MaxValue, search.Limit);
    }

    [Fact]
    public async Task The_limit_ends_the_reading()
    {
        var source = new ListLogSource([.. Enumerable.Range(0, 100).Select(static i => Records.At(i, $"n={i}"))]);
        var entries = await Asking.LinesAsync("""{app="a"} | logfmt | n >= 10""", source, limit: 3);
        Assert.Equal(["n=10", "n=11", "n=12"], entries.Select(static entry => entry.Line));
        Assert.Equal(13, source.RecordsGiven);
    }

    [Theory]
    [InlineData(LogDirection.Backward, "3 2 1")]
    [InlineData(LogDirection.Forward, "1 2 3")]
    public async Task Lines_come_in_the_direction_that_was_asked_for(LogDirection direction, string expected)
    {
        var source = new ListLogSource(Records.At(2, "2"), Records.At(1, "1"), Records.At(3, "3"));
        Assert.Equal(expected, string.Join(' ', (await Asking.LinesAsync("""{app="a"}""", source, direction: direction)).Select(static entry => entry.Line)));
    }

    [Fact]
    public async Task Reading_too_many_records_is_refused_with_the_limit()
    {
        var source = new ListLogSource([.. Enumerable.Range(0, 20).Select(static i => Records.At(i, "x"))]);
        var refused = await Asking.RefusalAsync(() => Asking.LinesAsync("""{app="a"} | x="y" """, source, limits: new LogQLLimits { MaximumRecordsRead = 10 }));
        Assert.Equal(QueryFault.Limit, refused.Fault);
        Assert.Contains("MaximumRecordsRead", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{app="a"} | xml""", "1:13")]
    [InlineData("""{app="a"} | line_format "{{ .x | upper }}" """, "1:13")]
    [InlineData("""{app="a"} | label_format a=b, c="{{- .x }}" """, "1:31")]
    public async Task What_is_not_evaluated_yet_is_refused_at_once_with_its_place(string query, string position)
    {
        var source = new ListLogSource(Records.At(1, "x"));
        var refused = await Asking.RefusalAsync(() => Asking.LinesAsync(query, source));
        Assert.Contains("not yet", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(position, refused.Position?.ToString());
        Assert.Empty(source.Searches);
    }

    [Fact]
    public async Task Templates_come_from_the_compiler_when_there_is_one()
    {
        var source = new ListLogSource(Records.At(5, "good"), Records.At(6, "bad"));
        var entries = await Asking.LinesAsync("""{app="a"} | line_format "{{ .app | upper }}" """, source, templates: new UpperCaseTemplates());
        Assert.Equal("""GOOD A {app="a"}""", $"{entries[0].Line} {entries[0].Labels}");
        Assert.Equal("""bad {__error__="TemplateFormatErr", __error_details__="bad line at 6000000000", app="a"}""", $"{entries[1].Line} {entries[1].Labels}");
    }

    [Fact]
    public async Task A_malformed_template_is_refused_with_its_place()
    {
        var refused = await Asking.RefusalAsync(() => Asking.LinesAsync("""{app="a"} | line_format "{{ if }}" """, new ListLogSource(), templates: new UpperCaseTemplates()));
        Assert.Equal("1:13: missing condition", refused.Message);
    }

    private sealed class UpperCaseTemplates : ILogTemplateCompiler, ILogTemplate
    {
        public ILogTemplate Compile(string template) => template.Contains("if", StringComparison.Ordinal) ? throw new FormatException("missing condition") : this;

        public bool TryRender(in LogTemplateInput input, [NotNullWhen(true)] out string? rendered, [NotNullWhen(false)] out string? fault)
        {
            var isGood = input.Line != "bad";
            rendered = isGood ? $"{input.Line} {input.ValueOf("app")}".ToUpperInvariant() : null;
            fault = isGood ? null : $"bad line at {input.TimeUnixNanoseconds}";
            return isGood;
        }
    }
}

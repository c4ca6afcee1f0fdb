namespace Observability.Query.Tests.LogQL;

/// <summary>
/// Stages together, as Loki's documentation combines them (https://grafana.com/docs/loki/latest/query/log_queries/): the formats that lines have in practice,
/// each taken apart, filtered and counted.
/// </summary>
public sealed class CombinedStagesTests
{
    private const string Access = """198.51.100.7 - - [21/Nov/2026:03:11:00 +0000] "POST /api/orders HTTP/2.0" 503 1840 "-" "curl/8.5" 0.250""";
    private const string Structured = """{"protocol":"HTTP/2.0","servers":["10.0.0.8:8080","10.0.0.9:8080"],"request":{"method":"POST","time":"6.032s","size":55,"headers":{"User-Agent":"curl/8.5"}},"status":500}""";
    private const string Pairs = """at=info method=GET path=/ host=shop.example fwd="203.0.113.9" service=8ms status=200""";

    public static TheoryData<string, string, string> Taken => new()
    {
        { """| pattern `<ip> - - <_> "<method> <path> <_>" <status> <size> <_>` | status >= 500 and size > 1KB | line_format `{{.method}} {{.path}} {{.status}}`""", Access, """POST /api/orders 503 {app="a", ip="198.51.100.7", method="POST", path="/api/orders", size="1840", status="503"}""" },
        { """|= ip("198.51.100.0/24") | regexp `"(?P<method>\w+) (?P<path>\S+) [^"]*" (?P<status>\d{3})` | method =~ "P.*" | keep status | line_format `-`""", Access, """- {status="503"}""" },
        { """!= ip("198.51.100.0/24")""", Access, "dropped" },
        { """| json | line_format `-`""", Structured, """- {app="a", protocol="HTTP/2.0", request_headers_User_Agent="curl/8.5", request_method="POST", request_size="55", request_time="6.032s", status="500"}""" },
        { """| json first="servers[0]", agent=`request.headers["User-Agent"]` | first = ip("10.0.0.9") | line_format `-`""", Structured, "dropped" },
        { """| json first="servers[0]", agent=`request.headers["User-Agent"]` | first = ip("10.0.0.8") | line_format `-`""", Structured, """- {agent="curl/8.5", app="a", first="10.0.0.8:8080"}""" },
        { """| json | request_time > 6s and request_time <= 6032ms, request_size < 56B | keep app | line_format `-`""", Structured, """- {app="a"}""" },
        { """| json | request_time > 6s or status < 500 | status != 500""", Structured, "dropped" },
        { """| logfmt | service < 10ms and status = 200 | fwd = ip("203.0.113.0-203.0.113.20") | line_format `{{.host}}{{.path}}` | keep app""", Pairs, """shop.example/ {app="a"}""" },
        { """| logfmt host, peer="fwd" | line_format `-`""", Pairs, """- {app="a", host="shop.example", peer="203.0.113.9"}""" },
        { """| logfmt | label_format verb=method, place=`{{.host}}{{.path}}` | keep verb, place, method | line_format `-`""", Pairs, """- {place="shop.example/", verb="GET"}""" },
        { """| logfmt | json | __error__="JSONParserErr" | keep status | drop __error_details__ | line_format `-`""", Pairs, """- {__error__="JSONParserErr", status="200"}""" },
        { """| json | __error__="" """, Pairs, "dropped" },
        { """| json | logfmt | drop __error__, __error_details__ | keep status | line_format `-`""", Pairs, """- {status="200"}""" },
        { """| decolorize | logfmt | level="error" | keep level""", "\u001b[31mlevel=error\u001b[0m msg=x", """level=error msg=x {level="error"}""" },
        { """| unpack | logfmt | keep pod, status""", """{"pod":"web-1","_entry":"status=200 x=y"}""", """status=200 x=y {pod="web-1", status="200"}""" },
    };

    public static TheoryData<string, string> Counted => new()
    {
        { """sum by (status) (count_over_time({app="a"} | pattern `<_> "<_>" <status> <_>` [1m]))""", """{status="503"} 3""" },
        { """max_over_time({app="a"} | pattern `<_> "curl/8.5" <seconds>` | unwrap seconds [1m]) by (app)""", """{app="a"} 0.25""" },
        { """quantile_over_time(0.99, {app="b"} | json | unwrap duration(request_time) [1m]) by (status)""", """{status="500"} 6.032""" },
        { """sum(sum_over_time({app="b"} | json | unwrap bytes(request_size) [1m]))""", "{} 55" },
        { """sum by (method) (rate({app="c"} | logfmt [10s])) * 60""", """{method="GET"} 6""" },
        { """sum(rate({app="a"} |= " 503 " [1m])) / sum(rate({app=~"a|c"}[1m]))""", "{} 0.75" },
        { """sum(count_over_time({app=~"a|b|c"} | json | __error__="JSONParserErr" [1m]))""", "{} 4" },
        { """avg by (app) (avg_over_time({app="c"} | logfmt | unwrap duration_seconds(service) | __error__="" [1m]))""", """{app="c"} 0.008""" },
        { """topk(1, sum by (app) (bytes_over_time({app=~"a|c"}[1m])))""", $$"""{app="a"} {{3 * Access.Length}}""" },
        { """sum(count_over_time({app="a"}[1m] offset 20s)) or vector(0)""", "{} 2" },
    };

    [Theory, MemberData(nameof(Taken))]
    public async Task A_line_is_taken_apart_filtered_and_rewritten(string stages, string line, string expected) =>
        Assert.Equal(expected, await Asking.LineAsync("""{app="a"} """ + stages, Records.At(1, line)));

    [Theory, MemberData(nameof(Counted))]
    public async Task Lines_are_counted_by_what_stands_in_them(string query, string expected)
    {
        var source = new ListLogSource(
            Records.At(10, Access, ("app", "a")), Records.At(30, Access, ("app", "a")), Records.At(50, Access, ("app", "a")),
            Records.At(55, Structured, ("app", "b")),
            Records.At(58, Pairs, ("app", "c")));
        Assert.Equal(expected, await Asking.InstantAsync(query, source, 60));
    }
}

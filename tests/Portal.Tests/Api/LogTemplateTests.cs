using System.Net;

namespace Observability.Portal.Tests.Api;

/// <summary>Templates in queries: what Loki's documentation shows for <c>line_format</c> and <c>label_format</c>, asked over HTTP.</summary>
public sealed class LogTemplateTests(LogTemplateTests.OneLine portal) : IClassFixture<LogTemplateTests.OneLine>
{
    private const string Line = "user=ana took=1m30s size=1.5KiB status=503 path=/a%20b rows=12 msg=\"  no space left  \"";

    public static TheoryData<string, string> Formats => new()
    {
        { "{{ .user | upper }} {{ .missing | default \"-\" }}", "ANA -" },
        { "{{ __line__ | trunc 8 }}", "user=ana" },
        { "{{ __timestamp__ | date \"2006-01-02T15:04:05.000Z07:00\" }}", "2026-11-21T03:30:00.250Z" },
        { "{{ __timestamp__ | unixEpochMillis }}", "1795231800250" },
        { "{{ duration .took }} {{ .took | duration_seconds }}", "90 90" },
        { "{{ .size | bytes }}", "1536" },
        { "{{ if and (ge (int .status) 500) (ne .user \"bob\") }}server{{ else }}client{{ end }}", "server" },
        { "{{ divf (float64 .rows) 8 }} {{ mul .rows 2 }} {{ add .rows .status }}", "1.5 24 515" },
        { "{{ regexReplaceAll \"(?P<first>.)(.*)\" .user \"$2-${first}\" }}", "na-a" },
        { "{{ trim .msg }}|{{ .msg | trimPrefix \" \" | alignLeft 5 }}|", "no space left| no s|" },
        { "{{ urldecode .path }} {{ contains \"503\" .status }} {{ count \"s\" __line__ }}", "/a b true 8" },
        { "{{ range $name, $value := . }}{{ if eq $name \"rows\" \"user\" }}{{ $name }}={{ $value }} {{ end }}{{ end }}", "rows=12 user=ana " },
        { "{{ printf \"%-5s|%3s|%05.1f\" .user .rows (float64 .rows) }}", "ana  | 12|012.0" },
        { "{{- $total := add .rows 3 -}} {{ $total }}", "15" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_line_is_written_by_its_template(string template, string expected)
    {
        using var json = await portal.World.JsonAsync(Query($"| logfmt | line_format `{template}`"));
        Assert.Equal(expected, json.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("values")[0][1].GetString());
    }

    [Fact]
    public async Task A_label_is_written_by_its_template_and_can_be_filtered_counted_and_unwrapped()
    {
        using var json = await portal.World.JsonAsync(Query("| logfmt | label_format class=`{{ .status | trunc 1 }}xx`, seconds=`{{ duration .took }}` | class=`5xx`"));
        var labels = json.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("stream");
        Assert.Equal(("5xx", "90"), (labels.GetProperty("class").GetString(), labels.GetProperty("seconds").GetString()));

        using var sum = await portal.World.JsonAsync($"/loki/api/v1/query?query={Uri.EscapeDataString("sum by (class) (sum_over_time({source=\"dbt\"} | logfmt | label_format class=`{{ .status | trunc 1 }}xx`, seconds=`{{ duration .took }}` | unwrap seconds [1h]))")}");
        Assert.Equal("{class=\"5xx\"} 90", LokiShapes.Sample(sum.RootElement.GetProperty("data").GetProperty("result")[0]));
    }

    [Theory]
    [InlineData("{{ bytes .user }}", "\"ana\" is not a size such as 10KB")]
    [InlineData("{{ duration .user }}", "\"ana\" is not a duration such as 1m30s")]
    [InlineData("{{ div .rows 0 }}", "division by zero")]
    [InlineData("{{ repeat 300000 \"a\" }}", "262144")]
    [InlineData("{{ range 200000 }}{{ end }}", "100000")]
    public async Task A_line_on_which_a_template_fails_stays_and_says_why(string template, string expected)
    {
        using var json = await portal.World.JsonAsync(Query($"| logfmt | line_format `{template}`"));
        var stream = json.RootElement.GetProperty("data").GetProperty("result")[0];
        Assert.Equal("TemplateFormatErr", stream.GetProperty("stream").GetProperty("__error__").GetString());
        Assert.Contains(expected, stream.GetProperty("stream").GetProperty("__error_details__").GetString(), StringComparison.Ordinal);
        Assert.Equal(Line, stream.GetProperty("values")[0][1].GetString());
    }

    [Fact]
    public async Task A_number_over_lines_whose_template_failed_is_refused_unless_they_are_dropped()
    {
        const string failing = "{source=\"dbt\"} | logfmt | label_format x=`{{ div .rows 0 }}`";
        var (status, text) = await portal.World.GetAsync($"/loki/api/v1/query?query={Uri.EscapeDataString($"sum by (x) (count_over_time({failing} [1h]))")}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("TemplateFormatErr", text, StringComparison.Ordinal);
        using var json = await portal.World.JsonAsync($"/loki/api/v1/query?query={Uri.EscapeDataString($"sum by (x) (count_over_time({failing} | __error__=`` [1h]))")}");
        Assert.Equal(0, json.RootElement.GetProperty("data").GetProperty("result").GetArrayLength());
    }

    private static string Query(string stages) => $"/loki/api/v1/query_range?query={Uri.EscapeDataString("{source=\"dbt\"} " + stages)}";

    public sealed class OneLine() : SharedPortal(ListLogSource.Line(PortalWorld.Now.AddMilliseconds(-59_750), Line));
}

namespace Observability.Templates.Tests.Functions;

/// <summary>Annotations with what Prometheus makes of them, over the labels <c>instance="db1.example.com:9100", job="dbt"</c> and the value 1234.5.</summary>
public static class PrometheusCases
{
    public static readonly (string Template, string Expected)[] KnownToDebian =
    [
        ("{{ $labels.instance }} {{ .Labels.job }} {{ $value }} {{ .Value }}", "db1.example.com:9100 dbt 1234.5 1234.5"),
        ("[{{ $labels.missing }}]", "[]"),
        ("{{ printf \"%.1f\" $value }} {{ $value | printf \"%.0f\" }}", "1234.5 1234"),
        ("{{ humanize 0.0 }} {{ humanize 1.0 }} {{ humanize 1234567.0 }} {{ humanize .12 }} {{ humanize 1e-7 }} {{ humanize -1234.5 }} {{ humanize 1e30 }}", "0 1 1.235M 120m 100n -1.234k 1e+06Y"),
        ("{{ humanize \"999.9\" }} {{ humanize 1000 }} {{ humanize \"NaN\" }} {{ humanize \"-Inf\" }} {{ humanize 1e-30 }}", "999.9 1k NaN -Inf 1e-06y"),
        ("{{ humanize1024 0.0 }} {{ humanize1024 1048576.0 }} {{ humanize1024 1536 }} {{ humanize1024 0.5 }} {{ humanize1024 -2048.0 }} {{ humanize1024 \"1\" }}", "0 1Mi 1.5ki 0.5 -2ki 1"),
        ("{{ humanizeDuration 0 }} {{ humanizeDuration 1 }} {{ humanizeDuration 60 }} {{ humanizeDuration 3600 }} {{ humanizeDuration 86400 }}", "0s 1s 1m 0s 1h 0m 0s 1d 0h 0m 0s"),
        ("{{ humanizeDuration 899.99 }} {{ humanizeDuration 1.5 }} {{ humanizeDuration 0.1 }} {{ humanizeDuration 0.0001 }} {{ humanizeDuration -86401 }}", "14m 59s 1.5s 100ms 100us -1d 0h 0m 1s"),
        ("{{ humanizePercentage 0.1234567 }} {{ humanizePercentage -1 }} {{ humanizePercentage \"0.5\" }}", "12.35% -100% 50%"),
        ("{{ humanizeTimestamp 1435065584.128 }} {{ humanizeTimestamp 0 }} {{ humanizeTimestamp \"NaN\" }}", "2015-06-23 13:19:44.128 +0000 UTC 1970-01-01 00:00:00 +0000 UTC NaN"),
        ("{{ (1435065584.128 | toTime).Format \"2006-01-02\" }} {{ (toTime \"0\").Year }}", "2015-06-23 1970"),
        ("{{ title \"aa bB CC\" }} {{ toUpper \"aé\" }} {{ toLower \"AÉ\" }}", "Aa BB CC AÉ aé"),
        ("{{ stripPort $labels.instance }} {{ stripPort \"db\" }} {{ stripPort \"[::1]:80\" }} {{ stripPort \"::1\" }}", "db1.example.com db ::1 ::1"),
        ("{{ stripDomain $labels.instance }} {{ stripDomain \"a.b.c\" }} {{ stripDomain \"10.0.0.1:90\" }} {{ stripDomain \"[::1]:80\" }} {{ stripDomain \"db\" }}", "db1:9100 a 10.0.0.1:90 [::1]:80 db"),
        ("{{ match \"db[0-9]\" $labels.instance }} {{ reReplaceAll \"(.*):.*\" \"$1\" $labels.instance }}", "true db1.example.com"),
        ("{{ graphLink \"up == 0\" }} {{ tableLink \"a{b=\\\"c\\\"}\" }}", "/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=a%7Bb%3D%22c%22%7D&g0.tab=1"),
        ("{{ parseDuration \"1h30m\" }} {{ parseDuration \"5ms\" }} {{ parseDuration \"1d\" }}", "5400 0.005 86400"),
        ("{{ with args 1 \"b\" }}{{ .arg0 }}{{ .arg1 }}{{ end }}", "1b"),
        ("{{ range query \"sorted\" | sortByLabel \"name\" }}{{ .Labels.name }}={{ .Value }} {{ end }}", "a=2 b=1 "),
        ("{{ with query \"sorted{name='a'}\" }}{{ . | first | value | humanize }} {{ . | first | label \"name\" }}{{ end }}", "2 a"),
        ("{{ query \"nothing\" | len }}{{ with query \"nothing\" }}x{{ else }}none{{ end }}", "0none"),
        ("{{ if gt $value 1000.0 }}high{{ else }}low{{ end }}", "high"),
        ("{{ safeHtml \"<b>\" }}{{ define \"t\" }}<{{ .arg0 }}>{{ end }}{{ template \"t\" (args 5) }}", "<b><5>"),
        ("{{ $externalLabels.region }}{{ .ExternalLabels.region }}", ""),
    ];

    /// <summary>Functions that Prometheus 2.42 does not have yet.</summary>
    public static readonly (string Template, string Expected)[] Newer =
    [
        ("{{ toDuration 3661 }} {{ toDuration \"0.5\" }} {{ (toDuration 90).Minutes }}", "1h1m1s 500ms 1.5"),
        ("{{ now | toTime }} {{ now | humanizeTimestamp }}", "2026-11-21 10:30:00 +0000 UTC 2026-11-21 10:30:00 +0000 UTC"),
        ("{{ urlQueryEscape \"a b&c\" }}", "a+b%26c"),
        ("{{ (toTime now).Sub (toTime 0) | humanizeDuration }}", "20778d 10h 30m 0s"),
        ("{{ parseDuration \"-5m\" }} {{ parseDuration \"0\" }}", "-300 0"),
        ("{{ strvalue (query \"valued\" | first) }}", "text"),
        ("{{ externalURL }} {{ pathPrefix }} {{ $externalURL }}", "http://obs.example/base /base http://obs.example/base"),
        ("{{ define \"t\" }}[{{ . }}]{{ end }}{{ tmpl \"t\" 5 }}", "[5]"),
        ("{{ humanizeDuration \"1e300\" }}", "106751991167300d 15h 30m 7s"),
    ];

    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (template, expected) in KnownToDebian.Concat(Newer))
            {
                data.Add(template, expected);
            }
            return data;
        }
    }
}

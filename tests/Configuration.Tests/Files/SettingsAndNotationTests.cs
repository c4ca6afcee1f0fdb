using FsCheck;
using FsCheck.Fluent;
using Observability.Configuration.Yaml;

namespace Observability.Configuration.Tests.Files;

public sealed class SettingsAndNotationTests
{
    [Fact]
    public void The_shipped_settings_state_the_defaults() =>
        Assert.Equal(SettingsConfiguration.Default, Reading.Value(SettingsReader.Read(System.Text.Encoding.UTF8.GetString(ShippedFiles.Read("settings.yaml")), "settings.yaml", "/c")));

    [Fact]
    public void Settings_are_read()
    {
        var settings = Reading.Value(SettingsReader.Read(
            "external_url: https://obs.example.com/\ntrace_url: 'https://tracer.example.com/trace/{trace_id}?embed'\nforward_traces_to: http://tracer:4318/\nforward_metrics_to: ['http://a:9090/api/v1/write', 'https://b/push']\nretention: {logs: 7d, telemetry_bytes: 512MiB}\nlimits: {request_bytes: 1M}\nsmtp: {smarthost: 'm:25', auth_password_file: s/mail, require_tls: false}",
            "settings.yaml",
            "/c"));
        Assert.Equal(("https://obs.example.com", TimeSpan.FromDays(7), 512L << 20, 1L << 20), (settings.ExternalUrl, settings.Retention.Logs, settings.Retention.TelemetryBytes, settings.Limits.RequestBytes));
        Assert.Equal("http://tracer:4318", settings.ForwardTracesTo);
        Assert.Equal(["http://a:9090/api/v1/write", "https://b/push"], settings.ForwardMetricsTo);
        Assert.Equal(("https://tracer.example.com/trace/0ac7?embed", ""), (settings.TraceUrlOf("0ac7"), SettingsConfiguration.Default.TraceUrlOf("0ac7")));
        Assert.Equal(("m:25", "/c/s/mail", false), (settings.Smtp!.Smarthost, settings.Smtp.AuthPassword!.FilePath, settings.Smtp.RequireTls));
    }

    [Theory]
    [InlineData("external_url: obs.example.com", "1:15 external_url: must be an address that begins with http:// or https:// and names a host")]
    [InlineData("trace_url: https://tracer.example.com/", "1:12 trace_url: must hold {trace_id}, as https://tracer.example.com/trace/{trace_id}")]
    [InlineData("forward_metrics_to: http://a/write", "1:21 forward_metrics_to: must be a list, not 'http://a/write'")]
    [InlineData("forward_metrics_to: [a]", "1:22 forward_metrics_to[0]: must be an address that begins with http:// or https:// and names a host")]
    [InlineData("forward_metrics_to: ['http://me:secret@a/write']", "1:22 forward_metrics_to[0]: must not hold a name and password: they would be in every copy of this file")]
    [InlineData("forward_metrics_to: ['http://a', 'http://a']", "1:34 forward_metrics_to[1]: is named twice")]
    [InlineData("forward_metrics_to: ['http://a', 'http://b', 'http://c', 'http://d', 'http://e']", "1:1 forward_metrics_to: names 5 receivers; 4 at most")]
    [InlineData("retention: {logs: 5m}", "1:13 retention.logs: must be at least 1h")]
    [InlineData("limits: {request_bytes: lots}", "1:25 limits.request_bytes: must be a number of bytes such as 512KiB, 16MiB or 10GiB, not 'lots'")]
    [InlineData("limits: {request_bytes: 32MiB, inflated_bytes: 1MiB}", "1:32 limits.inflated_bytes: must not be less than request_bytes")]
    [InlineData("limits: {json_depth: 1}", "1:22 limits.json_depth: must be a whole number from 8 to 512, not '1'")]
    [InlineData("smtp: {auth_password: hunter2}", "1:8 smtp.auth_password: a secret must not be written here; name a file with 'auth_password_file', or write ${NAME} for an environment variable")]
    [InlineData("retension: {}", "1:1 : unknown key 'retension'; did you mean 'retention'?")]
    public void Faults_are_refused(string text, string expected) => Reading.AssertErrors(SettingsReader.Read(text, "settings.yaml", "/c"), expected);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("1ms", 1)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1d12h", 129_600_000)]
    [InlineData("1y2w3d4h5m6s7ms", 33_019_506_007)]
    public void Durations_are_those_of_Prometheus(string text, long milliseconds)
    {
        Assert.True(PrometheusDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1s1m")]
    [InlineData("1m1m")]
    [InlineData("-1m")]
    [InlineData("1.5h")]
    [InlineData("1 m")]
    [InlineData("1M")]
    [InlineData("300y")]
    [InlineData("99999999999999999999s")]
    public void What_Prometheus_refuses_is_no_duration(string text) => Assert.False(PrometheusDuration.TryParse(text, out _));

    [Fact]
    public void A_written_duration_is_read_back_the_same() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), milliseconds =>
        {
            var duration = TimeSpan.FromMilliseconds(milliseconds);
            Assert.True(PrometheusDuration.TryParse(PrometheusDuration.Format(duration), out var read));
            Assert.Equal(duration, read);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("pr-*", "pr-12", true)]
    [InlineData("pr-*", "apr-12", false)]
    [InlineData("*_daily", "orders_daily", true)]
    [InlineData("a*b*c", "aXbXbYc", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void A_pattern_matches_the_whole_name(string pattern, string text, bool expected) => Assert.Equal(expected, NamePattern.Matches(pattern, text));

    [Fact]
    public void A_pattern_agrees_with_the_expression_it_stands_for() =>
        Prop.ForAll(
            Gen.Elements('a', 'b', '*', '?').ArrayOf().Zip(Gen.Elements('a', 'b').ArrayOf()).ToArbitrary(),
            pair =>
            {
                var (pattern, text) = (new string(pair.Item1), new string(pair.Item2));
                var expression = Telemetry.LinearRegex.Anchored(pattern.Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.'));
                Assert.Equal(expression.IsMatch(text), NamePattern.Matches(pattern, text));
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("recevier", "did you mean 'receiver'?")]
    [InlineData("RECEIVER", "did you mean 'receiver'?")]
    [InlineData("webhook", "known here: name, receiver")]
    public void The_nearest_name_is_offered_only_when_it_is_near(string written, string expected) =>
        Assert.Equal(expected, NearestName.Hint(written, ["receiver", "name"]));
}

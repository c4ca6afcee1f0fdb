using System.Diagnostics;

namespace Observability.Configuration.Tests.Loading;

/// <summary>The files in other programs' formats pass those programs' own checks. Where a program is not installed, the test says so and is skipped.</summary>
public sealed class OtherProgramsTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "config");

    [Fact]
    public void Amtool_accepts_the_shipped_routing() => Run("amtool", "check-config", Path.Combine(s_folder, "alerting.yaml"));

    [Fact]
    public void Promtool_accepts_the_shipped_rules() => Run("promtool", ["check", "rules", .. Directory.GetFiles(Path.Combine(s_folder, "rules"), "*.yaml")]);

    [Theory]
    [InlineData("environment=prod", "severity=error", "prod")]
    [InlineData("environment=prod", "severity=critical", "prod")]
    [InlineData("environment=pr-12", "severity=error", "non-prod")]
    [InlineData("environment=dev", "severity=info", "non-prod")]
    [InlineData("environment=unknown", "severity=error", "fallback")]
    public void Amtool_routes_the_shipped_file_as_meant(string environment, string severity, string receiver) =>
        Assert.Equal(receiver, Run("amtool", "config", "routes", "test", "--config.file", Path.Combine(s_folder, "alerting.yaml"), environment, severity).Trim());

    [Fact]
    public void Amtool_accepts_the_large_sample_that_the_reader_is_tested_with()
    {
        // msteams and the v2 workflows are newer than Debian's amtool: those receivers are left out here.
        var text = Alerting.RealWorldFileTests.File;
        var path = Path.Combine(Path.GetTempPath(), $"alerting-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, text[..text.IndexOf("    msteams_configs", StringComparison.Ordinal)].Replace("auth_password_file: secrets/mail", "auth_password: x", StringComparison.Ordinal)
            .Replace("{url_file: secrets/hook, send_resolved: false}", "{url: 'http://x', send_resolved: false}", StringComparison.Ordinal)
            .Replace("timeout: 15s", "send_resolved: true", StringComparison.Ordinal));
        try
        {
            Run("amtool", "check-config", path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{program} is not installed (Debian packages prometheus and prometheus-alertmanager)");
        using var process = Process.Start(new ProcessStartInfo(path!, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{errors.Result}");
        return output;
    }
}

using Observability.TestKit;

namespace Observability.Cli.Tests;

public sealed class CheckCommandTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_shipped_configuration_is_good()
    {
        var seen = await Terminal.CallAsync("check", RepositoryRoot.PathOf("config"));
        Assert.Equal(ExitCode.Done, seen.Code);
        Assert.StartsWith("ok: ", seen.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_error_is_told_with_its_file_and_line()
    {
        Write("alerting.yaml", "route:\n  receiver: nobody\nreceivers:\n  - name: somebody\n");
        Write("settings.yaml", "retention:\n  logs: soon\n");
        var seen = await Terminal.CallAsync("check", _folder.Path);
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.Contains("alerting.yaml:2:", seen.Errors, StringComparison.Ordinal);
        Assert.Contains("settings.yaml:2:", seen.Errors, StringComparison.Ordinal);
        Assert.Contains("this configuration would not be used", seen.Errors, StringComparison.Ordinal);
        Assert.Empty(seen.Output);
    }

    [Fact]
    public async Task A_rule_whose_expression_is_not_promql_is_an_error()
    {
        Write("rules/mine.yaml", "groups:\n  - name: mine\n    rules:\n      - alert: Broken\n        expr: sum by (\n");
        var seen = await Terminal.CallAsync("check", _folder.Path);
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.Contains("rules/mine.yaml:5", seen.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_does_not_fail_the_check()
    {
        Write("settings.yml", "");
        var seen = await Terminal.CallAsync("check", _folder.Path);
        Assert.Contains("warning: ", seen.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, seen.Code);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_an_error()
    {
        var seen = await Terminal.CallAsync("check", Path.Combine(_folder.Path, "elsewhere"));
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.Contains("does not exist", seen.Errors, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

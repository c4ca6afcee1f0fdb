using Observability.TestKit;

namespace Observability.Cli.Tests;

/// <summary>What a user sees of one call of <c>obsctl</c>.</summary>
internal sealed record Seen(int Code, string Output, string Errors);

/// <summary>Calls obsctl in this process, with the same arguments and texts as from a shell.</summary>
internal static class Terminal
{
    public static async Task<Seen> CallAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await ObsctlCommands.RunAsync(arguments, output, errors, TestContext.Current.CancellationToken);
        return new Seen(code, output.ToString(), errors.ToString());
    }

    public static Task<Seen> CallAsync(ScriptedHttpServer server, params string[] arguments) => CallAsync([.. arguments, "--url", server.Url.ToString()]);
}

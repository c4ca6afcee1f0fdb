using System.CommandLine;
using Observability.Cli.Commands;
using Observability.Cli.Speaking;

namespace Observability.Cli;

/// <summary>All commands of <c>obsctl</c>. Each is a file in Commands; this says which there are.</summary>
internal static class ObsctlCommands
{
    /// <returns>A code of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var connection = new ConnectionOptions(output, errors);
        var root = new RootCommand("Looks into a running Observability, tests what it would do, and checks its configuration.")
        {
            CheckCommand.Create(output, errors),
            NoticesCommand.Create(connection),
            TestReceiverCommand.Create(connection),
            WhyCommand.Create(connection),
            RunsCommand.Create(connection),
            QueryCommand.Create(connection),
            LogsCommand.Create(connection),
            ReportCommand.Create(connection),
        };
        var parsed = root.Parse(arguments);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }, cancellationToken);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }
}

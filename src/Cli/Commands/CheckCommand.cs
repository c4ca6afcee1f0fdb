using System.CommandLine;
using System.Globalization;
using Observability.Configuration;
using Observability.RuleEngine.Rules;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl check DIR</c>: loads a configuration folder as the services do, compiles its rules, and tells every error and warning with its line.</summary>
internal static class CheckCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var directory = new Argument<string>("directory") { Description = "The folder that --config names." };
        var command = new Command("check", "Checks a configuration folder without a server.") { directory };
        command.SetAction(parsed => Check(parsed.GetValue(directory)!, output, errors));
        return command;
    }

    private static int Check(string directory, TextWriter output, TextWriter errors)
    {
        var load = ConfigurationDirectory.Load(directory);
        var found = load.Errors.ToList();
        var rules = 0;
        if (load.Configuration is { } configuration)
        {
            rules = RuleCompiler.Compile(configuration, found).Sum(static group => group.Rules.Count);
        }
        foreach (var error in found)
        {
            errors.WriteLine(error);
        }
        foreach (var warning in load.Warnings)
        {
            errors.WriteLine($"warning: {warning}");
        }
        if (found.Count > 0)
        {
            errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Counted(found.Count, "error")}, {Counted(load.Warnings.Count, "warning")}: this configuration would not be used"));
            return ExitCode.Failed;
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ok: {Counted(rules, "rule")}, {Counted(load.Configuration!.Alerting.Receivers.Count, "receiver")}, {Counted(load.Warnings.Count, "warning")}"));
        return ExitCode.Done;
    }

    private static string Counted(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}

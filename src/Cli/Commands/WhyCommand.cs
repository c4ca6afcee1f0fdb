using System.CommandLine;
using Observability.Cli.Speaking;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl why FINGERPRINT</c>: the way of an alert, step by step, to everybody who was told and to everybody who was not.</summary>
internal static class WhyCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var fingerprint = new Argument<string>("fingerprint") { Description = "Sixteen hex digits, as in /api/v2/alerts and in every notice." };
        return connection.Command("why", "Says why somebody was told of an alert, or was not.", [fingerprint], async (parsed, server, cancellationToken) =>
        {
            var answer = await server.GetAsync(QueryAddress.Of("api/v1/why", ("alert", parsed.GetValue(fingerprint))), cancellationToken);
            if (connection.WroteJson(parsed, answer))
            {
                return ExitCode.Done;
            }
            var why = answer.Json();
            if (why.Find("labels") is { } labels)
            {
                await connection.Output.WriteLineAsync($"{labels.Labels()} is {why.TextOf("state")}");
            }
            var table = new TerminalTable("", "STAGE", "REASON");
            foreach (var step in why.ArrayOf("steps"))
            {
                table.Add("", step.TextOf("stage"), step.TextOf("reason"));
            }
            foreach (var receiver in why.ArrayOf("told"))
            {
                table.Add($"told: {receiver.TextOf("receiver")}", receiver.TextOf("stage"), receiver.TextOf("reason"));
            }
            foreach (var receiver in why.ArrayOf("not_told"))
            {
                table.Add($"not told: {receiver.TextOf("receiver")}", receiver.TextOf("stage"), receiver.TextOf("reason"));
            }
            table.WriteTo(connection.Output);
            return ExitCode.Done;
        });
    }
}

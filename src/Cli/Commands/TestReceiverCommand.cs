using System.CommandLine;
using System.Text.Json;
using Observability.Cli.Speaking;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl test-receiver NAME</c>: sends a marked test through each integration of a receiver and waits for what became of it.</summary>
internal static class TestReceiverCommand
{
    /// <summary>The outcome of the Notifier for a message that the other side took.</summary>
    private const string Delivered = "delivered";

    public static Command Create(ConnectionOptions connection)
    {
        var receiver = new Argument<string>("receiver") { Description = "A receiver of alerting.yaml." };
        return connection.Command("test-receiver", "Sends a marked test to a receiver and says what became of it.", [receiver], async (parsed, server, cancellationToken) =>
        {
            var body = JsonSerializer.Serialize(new TestRequest(parsed.GetValue(receiver)!), CliJson.Default.TestRequest);
            var answer = await server.PostJsonAsync("api/v1/notices/test", body, cancellationToken);
            var outcomes = Outcomes(answer.Json()).ToList();
            if (!connection.WroteJson(parsed, answer))
            {
                var table = new TerminalTable("INTEGRATION", "OUTCOME", "DETAIL");
                outcomes.ForEach(outcome => table.Add(Integration(outcome), outcome.TextOf("outcome"), outcome.TextOf("detail")));
                table.WriteTo(connection.Output);
            }
            // A receiver without any outcome was not tested: that is no success.
            return outcomes.Count > 0 && outcomes.TrueForAll(static outcome => outcome.TextOf("outcome").Equals(Delivered, StringComparison.OrdinalIgnoreCase)) ? ExitCode.Done : ExitCode.Failed;
        });
    }

    private static IEnumerable<JsonElement> Outcomes(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Array ? answer.Elements() : answer.ArrayOf("outcomes");

    private static string Integration(JsonElement outcome) => outcome.TextOf("integration") is { Length: > 0 } integration ? integration : outcome.TextOf("channel");
}

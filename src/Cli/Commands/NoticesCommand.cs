using System.CommandLine;
using System.Globalization;
using Observability.Cli.Speaking;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl notices</c>: who was told what, newest first.</summary>
internal static class NoticesCommand
{
    private const int DefaultLimit = 20;

    public static Command Create(ConnectionOptions connection)
    {
        var receiver = new Option<string?>("--receiver") { Description = "Only this receiver's." };
        var environment = new Option<string?>("--environment") { Description = "Only of this environment." };
        var limit = new Option<int>("--limit") { Description = "Most to show.", DefaultValueFactory = _ => DefaultLimit };
        return connection.Command("notices", "Lists what was told to whom, newest first.", [receiver, environment, limit], async (parsed, server, cancellationToken) =>
        {
            var address = QueryAddress.Of("api/v1/notices", ("receiver", parsed.GetValue(receiver)), ("environment", parsed.GetValue(environment)),
                ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)));
            var answer = await server.GetAsync(address, cancellationToken);
            if (connection.WroteJson(parsed, answer))
            {
                return ExitCode.Done;
            }
            var table = new TerminalTable("AT", "RECEIVER", "CHANNEL", "ENVIRONMENT", "KIND", "STATUS", "ALERTS", "ID");
            foreach (var notice in answer.Json().Elements())
            {
                var alerts = notice.ArrayOf("alerts").Select(static alert => alert.Find("labels") is { } labels ? $"{labels.TextOf("alertname")} {labels.TextOf("pipeline")}".Trim() : "");
                table.Add(JsonReading.Moment(notice.TextOf("at")), notice.TextOf("receiver"), notice.TextOf("channel"), notice.TextOf("environment"), notice.TextOf("kind"),
                    notice.TextOf("status"), string.Join("; ", alerts), notice.TextOf("id"));
            }
            table.WriteTo(connection.Output);
            return ExitCode.Done;
        });
    }
}

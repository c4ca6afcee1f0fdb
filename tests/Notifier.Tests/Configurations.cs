using System.Globalization;
using Observability.Configuration;
using Observability.TestKit;

namespace Observability.Notifier.Tests;

/// <summary>Configuration folders for tests.</summary>
internal static class Configurations
{
    public const string ExternalUrl = "https://obs.example.com";

    /// <summary>A folder whose <c>config</c> has the given receivers; the last one is the fallback.</summary>
    public static TemporaryDirectory Folder(string receivers, string fallback = "fallback")
    {
        var folder = new TemporaryDirectory("notifier");
        Write(folder, receivers, fallback);
        return folder;
    }

    public static void Write(TemporaryDirectory folder, string receivers, string fallback = "fallback")
    {
        folder.Write("config/alerting.yaml", $"route:\n  receiver: {fallback}\nreceivers:\n{receivers}\n  - name: fallback\n");
        folder.Write("config/policy.yaml", $"fallback: {fallback}\n");
        folder.Write("config/settings.yaml", $"external_url: {ExternalUrl}\n");
    }

    public static string Slack(string name, Uri url, string more = "") =>
        $"  - name: {name}\n    slack_configs:\n      - api_url: {url}\n        send_resolved: true\n{more}";

    public static string Webhook(string name, Uri url) => $"  - name: {name}\n    webhook_configs:\n      - url: {url}\n        send_resolved: true\n";

    public static string Email(string name, int port, string to) => string.Create(
        CultureInfo.InvariantCulture,
        $"  - name: {name}\n    email_configs:\n      - to: '{to}'\n        from: observability@obs.example.com\n        smarthost: 127.0.0.1:{port}\n        require_tls: false\n        send_resolved: true\n");

    public static LoadedConfiguration Load(string receivers)
    {
        using var folder = Folder(receivers);
        return ActiveConfiguration.Open(folder.PathOf("config")).Current;
    }
}

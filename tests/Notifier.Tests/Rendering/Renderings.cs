using Observability.Configuration;
using Observability.Contracts;
using Observability.Notifier.Rendering;
using Observability.TestKit;

namespace Observability.Notifier.Tests.Rendering;

/// <summary>Renders at a fixed time with a given configuration.</summary>
internal static class Renderings
{
    public static readonly LoadedConfiguration Plain = Configurations.Load(Configurations.Slack("prod", new Uri("http://127.0.0.1:9/hook")));

    public static RenderedNotice Of(NotificationIntent intent, LoadedConfiguration? configuration = null, NoticeContext? context = null)
    {
        var used = configuration ?? Plain;
        var time = new ManualTime(Intents.FailedAt.AddMinutes(40));
        var integration = used.Alerting.FindReceiver(intent.Receiver)?.Integrations.FirstOrDefault(candidate => candidate.Name == intent.Integration);
        return new NoticeRenderer(new NoticeTemplates(time), time).Render(intent, integration, used, context ?? new NoticeContext()).Rendered;
    }
}

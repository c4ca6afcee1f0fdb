using Observability.Configuration;
using Observability.Contracts;
using Observability.Notifier.Channels.Email;
using Observability.Notifier.Channels.Slack;

namespace Observability.Notifier.Rendering;

/// <summary>Renders a notice for every medium, whichever it is sent by: the Portal shows how it looks in both.</summary>
internal sealed class NoticeRenderer(NoticeTemplates templates, TimeProvider time)
{
    /// <param name="intent">What is to be told.</param>
    /// <param name="integration">Its settings give the receiver's own templates; null: defaults.</param>
    /// <param name="configuration">In force now.</param>
    /// <param name="context">What is known about its delivery.</param>
    public Rendering Render(NotificationIntent intent, Integration? integration, LoadedConfiguration configuration, NoticeContext context)
    {
        var now = time.GetUtcNow();
        var texts = new NoticeTexts(templates.For(configuration), intent, configuration.Settings.ExternalUrl);
        var composer = new NoticeComposer(configuration, now);
        var notice = composer.Compose(intent, context);
        var rendered = RenderAll(notice, intent, integration, texts, now);
        if (texts.Errors.Count > 0)
        {
            // Once more, so that the notice itself says what is wrong with its templates.
            notice = composer.Compose(intent, context with { TemplateErrors = texts.Errors });
            rendered = RenderAll(notice, intent, integration, texts, now);
        }
        return new Rendering(notice, rendered, texts);
    }

    private static RenderedNotice RenderAll(Notice notice, NotificationIntent intent, Integration? integration, NoticeTexts texts, DateTimeOffset now) => new(
        SlackMessage.Render(notice, intent, integration as SlackIntegration, texts),
        MailRendering.Render(notice, integration as EmailIntegration, texts, now),
        texts.Errors);
}

internal sealed record Rendering(Notice Notice, RenderedNotice Rendered, NoticeTexts Texts);

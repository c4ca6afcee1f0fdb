namespace Observability.Notifier.Channels.Slack;

/// <summary>What Slack takes (docs.slack.dev, Block Kit reference). Longer ones are refused whole, so everything is cut before.</summary>
internal static class SlackLimits
{
    public const int Blocks = 50;

    public const int Header = 150;

    public const int Section = 3000;

    public const int Fields = 10;

    public const int Field = 2000;

    public const int ButtonText = 75;

    public const int Url = 3000;

    public const int Context = 3000;

    /// <summary>Of the plain text beside the blocks; Slack advises 4,000, a phone shows 150.</summary>
    public const int Text = 1000;

    /// <summary>Room for an address and marks beside a shown text of this length.</summary>
    public const int Shown = 300;
}

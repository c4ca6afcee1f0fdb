namespace Observability.Templates;

/// <summary>What a notification template gets as its dot (Alertmanager documentation, "Notification template reference", Data).</summary>
public sealed class NotificationData : ITemplateObject
{
    // A template asks for these once for each alert; what is common takes a walk over all of them.
    private LabelData? _commonLabels;
    private LabelData? _commonAnnotations;
    private AlertListData? _alertList;

    public required string Receiver { get; init; }

    public required IReadOnlyList<AlertData> Alerts { get; init; }

    public required LabelData GroupLabels { get; init; }

    public required string ExternalUrl { get; init; }

    /// <summary>Fields that this product adds, such as <c>Owner</c>. A name of Alertmanager's own is never replaced.</summary>
    public IReadOnlyDictionary<string, TemplateValue> Additional { get; init; } = AlertData.NoFields;

    /// <summary>Firing while one alert is.</summary>
    public string Status => Alerts.Any(alert => alert.Status == AlertData.Firing) ? AlertData.Firing : AlertData.Resolved;

    public LabelData CommonLabels => _commonLabels ??= CommonOf(alert => alert.Labels);

    public LabelData CommonAnnotations => _commonAnnotations ??= CommonOf(alert => alert.Annotations);

    private AlertListData AlertList => _alertList ??= new AlertListData(Alerts);

    public string TypeName => "Data";

    public IEnumerable<KeyValuePair<string, TemplateValue>> JsonMembers =>
    [
        new("receiver", Receiver),
        new("status", Status),
        new("alerts", TemplateValue.From(AlertList)),
        new("groupLabels", TemplateValue.From(GroupLabels)),
        new("commonLabels", TemplateValue.From(CommonLabels)),
        new("commonAnnotations", TemplateValue.From(CommonAnnotations)),
        new("externalURL", ExternalUrl),
    ];

    public string OwnText => "{" + string.Join(' ', JsonMembers.Select(member => member.Value.ToString())) + "}";

    public bool TryGetField(string name, out TemplateValue value)
    {
        switch (name)
        {
            case "Receiver":
                value = Receiver;
                return true;
            case "Status":
                value = Status;
                return true;
            case "Alerts":
                value = TemplateValue.From(AlertList);
                return true;
            case "GroupLabels":
                value = TemplateValue.From(GroupLabels);
                return true;
            case "CommonLabels":
                value = TemplateValue.From(CommonLabels);
                return true;
            case "CommonAnnotations":
                value = TemplateValue.From(CommonAnnotations);
                return true;
            case "ExternalURL":
                value = ExternalUrl;
                return true;
            default:
                return Additional.TryGetValue(name, out value);
        }
    }

    /// <summary>What every alert has with the same value.</summary>
    private LabelData CommonOf(Func<AlertData, LabelData> select)
    {
        if (Alerts.Count == 0)
        {
            return LabelData.Empty;
        }
        var common = select(Alerts[0]).Entries.Where(entry =>
            Alerts.Skip(1).All(alert => select(alert).TryGetValue(entry.Key, out var value) && value == entry.Value));
        return new LabelData(common.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.AsText)));
    }
}

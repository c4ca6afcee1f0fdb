namespace Observability.Templates;

/// <summary>One alert of a notification (Alertmanager documentation, "Notification template reference", Alert).</summary>
public sealed record AlertData : ITemplateObject
{
    public const string Firing = "firing";

    public const string Resolved = "resolved";

    /// <summary><see cref="Firing"/> or <see cref="Resolved"/>.</summary>
    public required string Status { get; init; }

    public required LabelData Labels { get; init; }

    public LabelData Annotations { get; init; } = LabelData.Empty;

    public required TemplateTime StartsAt { get; init; }

    /// <summary>The zero time while the alert fires.</summary>
    public TemplateTime EndsAt { get; init; } = TemplateTime.Zero;

    public string GeneratorUrl { get; init; } = "";

    public string Fingerprint { get; init; } = "";

    /// <summary>Fields that this product adds, such as <c>Owner</c>. A name of Alertmanager's own is never replaced.</summary>
    public IReadOnlyDictionary<string, TemplateValue> Additional { get; init; } = NoFields;

    public string TypeName => "Alert";

    public IEnumerable<KeyValuePair<string, TemplateValue>> JsonMembers =>
    [
        new("status", Status),
        new("labels", TemplateValue.From(Labels)),
        new("annotations", TemplateValue.From(Annotations)),
        new("startsAt", TemplateValue.From(StartsAt)),
        new("endsAt", TemplateValue.From(EndsAt)),
        new("generatorURL", GeneratorUrl),
        new("fingerprint", Fingerprint),
    ];

    public string OwnText => "{" + string.Join(' ', JsonMembers.Select(member => member.Value.ToString())) + "}";

    internal static IReadOnlyDictionary<string, TemplateValue> NoFields { get; } = new Dictionary<string, TemplateValue>(StringComparer.Ordinal);

    public bool TryGetField(string name, out TemplateValue value)
    {
        switch (name)
        {
            case "Status":
                value = Status;
                return true;
            case "Labels":
                value = TemplateValue.From(Labels);
                return true;
            case "Annotations":
                value = TemplateValue.From(Annotations);
                return true;
            case "StartsAt":
                value = TemplateValue.From(StartsAt);
                return true;
            case "EndsAt":
                value = TemplateValue.From(EndsAt);
                return true;
            case "GeneratorURL":
                value = GeneratorUrl;
                return true;
            case "Fingerprint":
                value = Fingerprint;
                return true;
            default:
                return Additional.TryGetValue(name, out value);
        }
    }
}

/// <summary>A list of alerts with the methods Firing and Resolved.</summary>
public sealed class AlertListData(IReadOnlyList<AlertData> alerts) : TemplateList([.. alerts.Select(alert => TemplateValue.From(alert))])
{
    public override bool TryGetMethod(string name, out TemplateFunction method)
    {
        method = name switch
        {
            "Firing" => new(name, 0, _ => WithStatus(AlertData.Firing)),
            "Resolved" => new(name, 0, _ => WithStatus(AlertData.Resolved)),
            _ => null!,
        };
        return method is not null;
    }

    private TemplateValue WithStatus(string status) => TemplateValue.From(new AlertListData([.. alerts.Where(alert => alert.Status == status)]));
}

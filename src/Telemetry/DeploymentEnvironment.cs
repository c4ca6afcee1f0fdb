namespace Observability.Telemetry;

/// <summary>
/// A declared environment: <c>prod</c>, <c>staging</c>, <c>dev</c>, <c>local</c>, <c>pr-42</c>. Only environments.yaml makes one from what a sender
/// wrote; whatever it does not declare is <see cref="Unknown"/>, and the sender's word is kept as <c>environment.raw</c>.
/// </summary>
public readonly record struct DeploymentEnvironment
{
    /// <summary>Bigger: longer labels everywhere. Names are a byte-counted part of the frame's header.</summary>
    public const int MaximumLength = 63;

    public static readonly DeploymentEnvironment Unknown = new("unknown");

    private readonly string? _name;

    /// <exception cref="ArgumentException">Empty, too long, or not of lower-case letters, digits, '-' and '_'.</exception>
    public DeploymentEnvironment(string name)
    {
        if (!IsValidName(name))
        {
            throw new ArgumentException($"'{name}' is no environment name: 1 to {MaximumLength} of a-z, 0-9, '-', '_'", nameof(name));
        }
        _name = name;
    }

    /// <summary>The default value is <see cref="Unknown"/>: forgetting to set one never means prod.</summary>
    public string Name => _name ?? "unknown";

    public bool IsUnknown => Name == "unknown";

    public static bool IsValidName(string name) =>
        name.Length is > 0 and <= MaximumLength && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    public override string ToString() => Name;
}

namespace Observability.Telemetry;

/// <summary>One name and value of a <see cref="LabelSet"/>. An empty value means the same as a missing label, as in Prometheus.</summary>
public readonly record struct Label(string Name, string Value);

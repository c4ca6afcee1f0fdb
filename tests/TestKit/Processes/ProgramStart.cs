using System.Collections.Immutable;

namespace Observability.TestKit;

/// <summary>How a program is started; it inherits the environment and <see cref="Environment"/> is laid over it (null removes a variable).</summary>
public sealed record ProgramStart(string Program, params ImmutableArray<string> Arguments)
{
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    public string? WorkingDirectory { get; init; }

    /// <summary>Sent first when the program is asked to stop.</summary>
    public ProcessSignal StopSignal { get; init; } = ProcessSignal.Terminate;

    public ProgramStart With(string variable, string? value) => this with { Environment = Environment.SetItem(variable, value) };
}

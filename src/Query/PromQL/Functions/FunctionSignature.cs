namespace Observability.Query.PromQL;

/// <summary>How a function is called.</summary>
/// <param name="Name">Lower case; PromQL's function names are case-sensitive.</param>
/// <param name="Arguments">Kinds in order. The last one repeats when <paramref name="MaximumArguments"/> says so.</param>
/// <param name="MinimumArguments">Fewer are an error.</param>
/// <param name="MaximumArguments">More are an error; <see cref="int.MaxValue"/> when there is no bound.</param>
/// <param name="Returns">The kind of a call.</param>
public sealed record FunctionSignature(string Name, IReadOnlyList<ValueKind> Arguments, int MinimumArguments, int MaximumArguments, ValueKind Returns)
{
    public ValueKind ArgumentKind(int index) => Arguments[Math.Min(index, Arguments.Count - 1)];
}

using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>Reads PromQL as Prometheus 3 has it, native histograms' and duration expressions' syntax apart.</summary>
public static class PromQLParser
{
    /// <summary>Bigger: deeper generated expressions; smaller: less stack. A level takes about 1 kB of stack in parsing and evaluation together.</summary>
    public const int MaximumHeight = 400;

    /// <returns>A complete, well-typed tree.</returns>
    /// <exception cref="QueryException">The text is not PromQL; says where, what was found and what was expected.</exception>
    public static Expression Parse(string text) => new ExpressionParser(text).ParseWhole();
}

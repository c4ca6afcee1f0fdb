namespace Observability.Templates;

/// <summary>
/// eq, ne, lt, le, gt and ge. Numbers of different kinds are not compared, as in Go: <c>gt $value 0.9</c> works, <c>gt $value 1</c> is refused,
/// so that a template which passes here also passes there.
/// </summary>
internal static class ComparisonFunctions
{
    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        new("eq", 2, TemplateFunction.Unlimited, EqualsAny),
        new("ne", 2, call => !AreEqual(call.Arguments[0], call.Arguments[1])),
        new("lt", 2, call => Compare(call) is < 0),
        new("le", 2, call => Compare(call) is <= 0),
        new("gt", 2, call => Compare(call) is > 0),
        new("ge", 2, call => Compare(call) is >= 0),
    ];

    private static TemplateValue EqualsAny(FunctionCall call)
    {
        for (var i = 1; i < call.Arguments.Count; i++)
        {
            if (AreEqual(call.Arguments[0], call.Arguments[i]))
            {
                return true;
            }
        }
        return false;
    }

    private static bool AreEqual(TemplateValue left, TemplateValue right)
    {
        (left, right) = (left.AsNumberIfNamed, right.AsNumberIfNamed);
        if (left.IsNil || right.IsNil)
        {
            return left.IsNil && right.IsNil;
        }
        RequireSameKind(left, right);
        return left.Kind is TemplateKind.List or TemplateKind.Map or TemplateKind.Function
            ? throw new TemplateFunctionException($"a {left.TypeName} cannot be compared; compare its elements or its len")
            : left.Equals(right);
    }

    /// <summary>Null where NaN takes part: then every order is false.</summary>
    private static int? Compare(FunctionCall call)
    {
        var (left, right) = (call.Arguments[0].AsNumberIfNamed, call.Arguments[1].AsNumberIfNamed);
        RequireSameKind(left, right);
        return left.Kind switch
        {
            TemplateKind.Integer or TemplateKind.Duration => left.AsInteger.CompareTo(right.AsInteger),
            TemplateKind.Float => double.IsNaN(left.AsFloat) || double.IsNaN(right.AsFloat) ? null : left.AsFloat.CompareTo(right.AsFloat),
            TemplateKind.Text => string.CompareOrdinal(left.AsText, right.AsText),
            _ => throw new TemplateFunctionException($"{left.TypeName} has no order; expected numbers or strings"),
        };
    }

    private static void RequireSameKind(TemplateValue left, TemplateValue right)
    {
        // Go's durations are integers to a comparison.
        if (left.Kind == right.Kind || (IsInteger(left) && IsInteger(right)))
        {
            return;
        }
        var advice = left.Kind is TemplateKind.Float && right.Kind is TemplateKind.Integer ? "; write the number with a point, as in 1.0" : "";
        throw new TemplateFunctionException($"incompatible types for comparison: {left.TypeName} and {right.TypeName}{advice}");
    }

    private static bool IsInteger(TemplateValue value) => value.Kind is TemplateKind.Integer or TemplateKind.Duration;
}

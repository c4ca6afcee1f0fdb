using System.Text;

namespace Observability.Templates;

/// <summary>The functions of text/template that look into values or combine them.</summary>
internal static class StandardFunctions
{
    /// <summary>The evaluator knows these two by reference: it stops at the first argument that decides.</summary>
    public static readonly TemplateFunction And = new("and", 1, TemplateFunction.Unlimited, call => Deciding(call, stopsAt: false));

    public static readonly TemplateFunction Or = new("or", 1, TemplateFunction.Unlimited, call => Deciding(call, stopsAt: true));

    public static readonly IReadOnlyList<TemplateFunction> All =
    [
        And,
        Or,
        new("not", 1, call => !call.Arguments[0].IsTrue),
        new("len", 1, Length),
        new("index", 1, TemplateFunction.Unlimited, Index),
        new("slice", 1, 4, Slice),
        new("call", 1, TemplateFunction.Unlimited, Call),
    ];

    private static TemplateValue Deciding(FunctionCall call, bool stopsAt)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.IsTrue == stopsAt)
            {
                return argument;
            }
        }
        return call.Arguments[^1];
    }

    private static TemplateValue Length(FunctionCall call) => call.Arguments[0] switch
    {
        { Kind: TemplateKind.Text } text => Encoding.UTF8.GetByteCount(text.AsText),
        { Kind: TemplateKind.List } list => list.AsList.Count,
        { Kind: TemplateKind.Map } map => map.AsMap.Count,
        var other => throw new TemplateFunctionException($"{other.TypeName} has no length; expected string, list or map"),
    };

    private static TemplateValue Index(FunctionCall call)
    {
        var item = call.Arguments[0];
        for (var i = 1; i < call.Arguments.Count; i++)
        {
            item = item.Kind switch
            {
                TemplateKind.Map => item.AsMap.TryGetValue(call.Text(i), out var found) ? found : item.AsMap.Zero,
                TemplateKind.List => item.AsList.Items[Position(call, i, item.AsList.Count, inclusive: false)],
                TemplateKind.Text => ByteAt(call, i, item.AsText),
                _ => throw new TemplateFunctionException($"{item.TypeName} cannot be indexed; expected list, map or string"),
            };
        }
        return item;
    }

    /// <summary>Go's strings are bytes, and so is what index reads out of one.</summary>
    private static TemplateValue ByteAt(FunctionCall call, int index, string text)
    {
        call.Context.ChargeText(text.Length);
        var bytes = Encoding.UTF8.GetBytes(text);
        return (long)bytes[Position(call, index, bytes.Length, inclusive: false)];
    }

    private static TemplateValue Slice(FunctionCall call)
    {
        var item = call.Arguments[0];
        if (item.Kind is not (TemplateKind.Text or TemplateKind.List))
        {
            throw new TemplateFunctionException($"{item.TypeName} cannot be sliced; expected string or list");
        }
        if (item.Kind == TemplateKind.Text && call.Arguments.Count == 4)
        {
            throw new TemplateFunctionException("a string takes two bounds; the third is for lists only");
        }
        var bytes = item.Kind == TemplateKind.Text ? Encoding.UTF8.GetBytes(item.AsText) : [];
        var length = item.Kind == TemplateKind.Text ? bytes.Length : item.AsList.Count;
        var from = call.Arguments.Count > 1 ? Position(call, 1, length, inclusive: true) : 0;
        var to = call.Arguments.Count > 2 ? Position(call, 2, length, inclusive: true) : length;
        if (call.Arguments.Count > 3 && Position(call, 3, length, inclusive: true) < to)
        {
            throw new TemplateFunctionException("the third bound lies before the second");
        }
        if (from > to)
        {
            throw new TemplateFunctionException($"invalid slice: {from} > {to}");
        }
        call.Context.Charge(item.Kind == TemplateKind.List ? to - from : 0);
        return item.Kind == TemplateKind.Text
            ? Encoding.UTF8.GetString(bytes, from, to - from)
            : TemplateValue.List([.. item.AsList.Items.Skip(from).Take(to - from)]);
    }

    private static int Position(FunctionCall call, int index, int length, bool inclusive)
    {
        var position = call.Integer(index);
        return position >= 0 && (position < length || (inclusive && position == length))
            ? (int)position
            : throw new TemplateFunctionException($"index out of range: {position} with length {length}");
    }

    private static TemplateValue Call(FunctionCall call) =>
        call.Arguments[0] is { Kind: TemplateKind.Function } function
            ? call.Context.Invoke(function.AsFunction, [.. call.Arguments.Skip(1)])
            : throw new TemplateFunctionException($"argument 1 is {call.Arguments[0].TypeName}; expected a function");
}

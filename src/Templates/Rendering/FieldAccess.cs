namespace Observability.Templates;

/// <summary>What a dot and a name after a value mean: keys of maps, fields of objects, methods of times, durations, lists and maps.</summary>
internal static class FieldAccess
{
    /// <summary>A method in the result is called by the evaluator; a function that merely lies in a map is not.</summary>
    public static (TemplateValue Value, bool IsMethod) Read(TemplateValue receiver, string name, MissingKey missingKey)
    {
        switch (receiver.Kind)
        {
            case TemplateKind.Map:
                return ReadMap(receiver.AsMap, name, missingKey);
            case TemplateKind.Object when receiver.AsObject.TryGetField(name, out var field):
                return (field, field.Kind == TemplateKind.Function);
            case TemplateKind.List when receiver.AsList.TryGetMethod(name, out var method):
                return (TemplateValue.From(method), true);
            case TemplateKind.Time when TimeMethods.Find(receiver.AsTime, name) is { } method:
                return (TemplateValue.From(method), true);
            case TemplateKind.Duration when TimeMethods.Find(receiver.AsNanoseconds, name) is { } method:
                return (TemplateValue.From(method), true);
            case TemplateKind.Nil when missingKey != MissingKey.Error:
                return (TemplateValue.Nil, false);
            case TemplateKind.Nil:
                throw new TemplateFunctionException($"nothing is there to read field \"{name}\" of");
            default:
                throw new TemplateFunctionException($"{receiver.TypeName} has no field or method \"{name}\"");
        }
    }

    private static (TemplateValue Value, bool IsMethod) ReadMap(TemplateMap map, string name, MissingKey missingKey)
    {
        // Methods come first, as in Go: a label called Names is read by index.
        if (map.TryGetMethod(name, out var method))
        {
            return (TemplateValue.From(method), true);
        }
        if (map.TryGetValue(name, out var value))
        {
            return (value, false);
        }
        return missingKey switch
        {
            MissingKey.Zero => (map.Zero, false),
            MissingKey.NoValue => (TemplateValue.Nil, false),
            _ => throw new TemplateFunctionException($"the map has no entry for key \"{name}\"{Known(map)}"),
        };
    }

    private static string Known(TemplateMap map) => map.Count switch
    {
        0 => "; it is empty",
        <= 20 => "; it has " + string.Join(", ", map.Entries.Select(entry => entry.Key)),
        _ => "",
    };
}

namespace Observability.Configuration.Yaml;

/// <summary>
/// The keys of one mapping. What is asked for is thereby known; <see cref="Finish"/> refuses the rest, so the list of known keys is the code that reads them.
/// A key whose value is null counts as missing, as in Go's decoder.
/// </summary>
internal sealed class MappingReader(YamlMapping mapping, string path, ReadingContext context)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public YamlMapping Node => mapping;

    public int Line => mapping.Entries.Count > 0 && mapping.Entries[0].Key.Line < mapping.Line ? mapping.Entries[0].Key.Line : mapping.Line;

    public string Path => path;

    public ReadingContext Context => context;

    /// <summary>An empty file is an empty mapping. Null after an error that ended the reading: what is missing then says nothing.</summary>
    public static MappingReader? OfRoot(YamlNode? root, ReadingContext context)
    {
        if (root is not null)
        {
            return new NodeReader(root, "", context).AsMapping();
        }
        return context.Errors.Count == 0 ? new MappingReader(new YamlMapping([], 1, 1), "", context) : null;
    }

    /// <summary>The value of <paramref name="key"/>; null when it is missing or null.</summary>
    public NodeReader? Value(string key)
    {
        _asked.Add(key);
        foreach (var entry in mapping.Entries)
        {
            if (entry.Key.Value == key)
            {
                return entry.Value is YamlScalar { IsNull: true } ? null : new NodeReader(entry.Value, PathOf(key), context);
            }
        }
        return null;
    }

    public bool Has(string key) => Value(key) is not null;

    public string? Text(string key) => Value(key)?.AsText();

    /// <summary>A text that must be there and not be empty; an empty string after noting that it is missing.</summary>
    public string RequiredText(string key, string meaning)
    {
        var value = Value(key);
        var text = value?.AsText();
        if (text is null && value is not null)
        {
            return "";
        }
        if (string.IsNullOrWhiteSpace(text))
        {
            context.Error(mapping, path, $"'{key}' is missing: {meaning}");
            return "";
        }
        return text;
    }

    public bool Flag(string key, bool otherwise) => Value(key)?.AsFlag() ?? otherwise;

    public int Integer(string key, int otherwise, int minimum = 0, int maximum = int.MaxValue) =>
        (int)(Value(key)?.AsInteger(minimum, maximum) ?? otherwise);

    public TimeSpan? Duration(string key) => Value(key)?.AsDuration();

    public string? Url(string key) => Value(key)?.AsUrl();

    public MappingReader? Mapping(string key) => Value(key)?.AsMapping();

    public IEnumerable<NodeReader> Items(string key) => Value(key)?.AsItems() ?? [];

    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        foreach (var item in Items(key))
        {
            if (item.AsText() is { } text)
            {
                texts.Add(text);
            }
        }
        return texts;
    }

    /// <summary>A path that may be relative to the file's folder.</summary>
    public string? FilePath(string key) => Text(key) is { Length: > 0 } file ? context.Resolve(file) : null;

    /// <summary>Every key with its value: for mappings whose keys are names. All keys count as known.</summary>
    public IEnumerable<(YamlScalar Key, NodeReader Value)> Entries()
    {
        foreach (var entry in mapping.Entries)
        {
            _asked.Add(entry.Key.Value);
            yield return (entry.Key, new NodeReader(entry.Value, PathOf(entry.Key.Value), context));
        }
    }

    /// <summary>A mapping of names to texts, as <c>labels</c>; a null value is an empty text.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string key)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Mapping(key)?.Entries() ?? [])
        {
            texts[name.Value] = value.Node is YamlScalar { IsNull: true } ? "" : value.AsText() ?? "";
        }
        return texts;
    }

    /// <summary>Notes that a key is known without reading it.</summary>
    public void Know(params IEnumerable<string> keys) => _asked.UnionWith(keys);

    public void Error(string message) => context.Error(mapping, path, message);

    public void Error(string key, string message)
    {
        var place = mapping.Entries.FirstOrDefault(entry => entry.Key.Value == key)?.Key;
        context.Error(place ?? (YamlNode)mapping, PathOf(key), message);
    }

    public void Warn(string key, string message)
    {
        var place = mapping.Entries.FirstOrDefault(entry => entry.Key.Value == key)?.Key;
        context.Warn(place ?? (YamlNode)mapping, PathOf(key), message);
    }

    /// <summary>Refuses every key that nobody asked for. Call it last.</summary>
    public void Finish()
    {
        foreach (var entry in mapping.Entries)
        {
            if (!_asked.Contains(entry.Key.Value))
            {
                context.Error(entry.Key, path, $"unknown key '{entry.Key.Value}'; {NearestName.Hint(entry.Key.Value, _asked)}");
            }
        }
    }

    private string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";
}

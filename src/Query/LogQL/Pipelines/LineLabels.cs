using Observability.Query.LogQL.Lines;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Pipelines;

/// <summary>Where a label of a line comes from. Later members win over earlier ones of the same name.</summary>
internal enum LabelOrigin
{
    Stream,
    Metadata,
    Parsed,
}

/// <summary>
/// The labels of one line on its way through the pipeline: those of its stream, what came with the record (structured metadata), what parsers and formats added.
/// One instance is reused for all lines of a query.
/// </summary>
internal sealed class LineLabels
{
    /// <summary>Bigger: more names remembered, more memory; a query meets as many distinct attribute names as its senders have fields.</summary>
    private const int MaximumNamesRemembered = 4096;

    private readonly List<(string Name, string Value, LabelOrigin Origin)> _added = [];
    private readonly List<string> _deleted = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public LabelSet Stream { get; private set; } = LabelSet.Empty;

    /// <summary>The kind of the first failure on this line, such as <c>JSONParserErr</c>; empty when there was none.</summary>
    public string Error { get; private set; } = "";

    public string ErrorDetails { get; private set; } = "";

    public bool HasError => Error.Length > 0;

    /// <summary>Starts a line: its stream, and its attributes as metadata under names that labels can have, unless the query looks at no label.</summary>
    public void Reset(LogRecord record, bool withMetadata = true)
    {
        Stream = record.Stream;
        (Error, ErrorDetails) = ("", "");
        _added.Clear();
        _deleted.Clear();
        if (!withMetadata)
        {
            return;
        }
        foreach (var attribute in record.Attributes)
        {
            AddMetadata(NameOf(attribute.Name), attribute.Value);
        }
        AddMetadata("trace_id", record.TraceId);
        AddMetadata("span_id", record.SpanId);
        if (record.SeverityNumber > 0)
        {
            AddMetadata("severity_number", SeverityTexts[Math.Min(record.SeverityNumber, SeverityTexts.Length - 1)]);
        }
    }

    public bool TryGet(string name, out string value) => TryGet(name, out value, out _);

    public bool TryGet(string name, out string value, out LabelOrigin origin)
    {
        if (Find(name) is >= 0 and var index)
        {
            (_, value, origin) = _added[index];
            return true;
        }
        value = _deleted.Contains(name) ? "" : Stream[name];
        origin = LabelOrigin.Stream;
        return value.Length > 0;
    }

    /// <summary>Like a matcher sees it: a missing label is empty, and <c>__error__</c> is a label.</summary>
    public string ValueOf(string name)
    {
        if (name is LogQLLabels.Error or LogQLLabels.ErrorDetails)
        {
            return name == LogQLLabels.Error ? Error : ErrorDetails;
        }
        return TryGet(name, out var value) ? value : "";
    }

    /// <summary>Writes over the same name, unless that comes from where wins over <paramref name="origin"/>.</summary>
    public void Set(string name, string value, LabelOrigin origin)
    {
        var index = Find(name);
        if (index < 0)
        {
            _added.Add((name, value, origin));
        }
        else if (_added[index].Origin <= origin)
        {
            _added[index] = (name, value, origin);
        }
    }

    /// <summary>A label that a parser found: a stream label keeps its name, the found one gets a suffix; what an earlier parser found stays.</summary>
    public void Extract(string name, string value)
    {
        if (name.Length == 0)
        {
            return;
        }
        var target = Stream.Has(name) ? name + LogQLLabels.DuplicateSuffix : name;
        if (Find(target) is not (>= 0 and var index) || _added[index].Origin != LabelOrigin.Parsed)
        {
            Set(target, value, LabelOrigin.Parsed);
        }
    }

    public void Delete(string name)
    {
        if (Find(name) is >= 0 and var index)
        {
            _added.RemoveAt(index);
        }
        if (Stream.Has(name))
        {
            _deleted.Add(name);
        }
    }

    public void Fail(string error, string details)
    {
        if (!HasError)
        {
            (Error, ErrorDetails) = (error, details);
        }
    }

    public void ClearError() => Error = "";

    public void ClearErrorDetails() => ErrorDetails = "";

    /// <summary>All labels with a value, errors included, in no order.</summary>
    public List<(Label Label, LabelOrigin Origin)> ToList()
    {
        var labels = new List<(Label, LabelOrigin)>(Stream.Count + _added.Count + 2);
        foreach (ref readonly var label in Stream.AsSpan())
        {
            if (Find(label.Name) < 0 && !_deleted.Contains(label.Name))
            {
                labels.Add((label, LabelOrigin.Stream));
            }
        }
        foreach (var (name, value, origin) in _added)
        {
            if (value.Length > 0)
            {
                labels.Add((new Label(name, value), origin));
            }
        }
        if (HasError)
        {
            labels.Add((new Label(LogQLLabels.Error, Error), LabelOrigin.Parsed));
        }
        if (ErrorDetails.Length > 0)
        {
            labels.Add((new Label(LogQLLabels.ErrorDetails, ErrorDetails), LabelOrigin.Parsed));
        }
        return labels;
    }

    public LabelSet ToLabelSet()
    {
        if (_added.Count == 0 && _deleted.Count == 0 && !HasError && ErrorDetails.Length == 0)
        {
            return Stream;
        }
        var labels = ToList().ConvertAll(static entry => entry.Label).ToArray();
        Array.Sort(labels, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return LabelSet.FromSorted(labels);
    }

    private static readonly string[] SeverityTexts = [.. Enumerable.Range(0, 25).Select(static number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    private void AddMetadata(string name, string value)
    {
        if (name.Length > 0 && value.Length > 0)
        {
            Set(Stream.Has(name) ? name + LogQLLabels.DuplicateSuffix : name, value, LabelOrigin.Metadata);
        }
    }

    private string NameOf(string attribute)
    {
        if (_names.TryGetValue(attribute, out var name))
        {
            return name;
        }
        name = LogQLLabels.NameFrom(attribute);
        if (_names.Count < MaximumNamesRemembered)
        {
            _names.Add(attribute, name);
        }
        return name;
    }

    private int Find(string name)
    {
        for (var i = 0; i < _added.Count; i++)
        {
            if (_added[i].Name == name)
            {
                return i;
            }
        }
        return -1;
    }
}

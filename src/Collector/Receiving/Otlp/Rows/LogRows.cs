using Observability.Collector.Normalizing;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>
/// Takes log records from a decoder field by field, in whatever order they come, and writes them as rows of frames. What protobuf and JSON have in common
/// is here: limits, environment, labels, severity, redaction. No object per record.
/// </summary>
internal sealed class LogRows(
    OtlpValues values, EnvironmentWriters writers, EnvironmentResolver environments, PartialSuccess partial, string source, ResourceNames names) : IOtlpRows
{
    private readonly OtlpResource _resource = new(values, writers, environments, names);
    private readonly List<OtlpAttribute> _scope = [];
    private readonly List<TextPair> _labels = [];
    private readonly List<TextPair> _shared = [];
    private readonly List<int> _predicted = [];
    private readonly SecretScan _secrets = new();
    private ReceiveLimits _limits = null!;
    private TelemetryBatchWriter? _predictedFor;
    private int _records;
    private int _resourceIndex;
    private int _resourceScratch;
    private int _attributes;
    private bool _traceIsSet;
    private bool _spanIsSet;
    private TraceBytes _trace;
    private SpanBytes _span;

    public ulong TimeUnixNanoseconds { get; set; }

    public ulong ObservedUnixNanoseconds { get; set; }

    public int SeverityNumber { get; set; }

    public OtlpValue SeverityText { get; set; }

    public OtlpValue EventName { get; set; }

    public OtlpValue Body { get; set; }

    /// <summary>Null when records of the resource are taken; known from <see cref="EndResource"/> on.</summary>
    public (RefusalKind Kind, string Reason)? RefusalOfResource => _resource.Writer is not null
        ? null
        : (_resource.IsForbidden ? RefusalKind.Forbidden : RefusalKind.TooLarge, _resource.Refusal);

    public void Reset(ReceiveLimits limits)
    {
        _limits = limits;
        _records = 0;
        _predictedFor = null;
        _secrets.Read(values.Payload.AsSpan(0, values.PayloadLength));
    }

    public void BeginResource() => _resource.Begin();

    public void AddResourceAttribute(OtlpAttribute attribute) => _resource.Add(attribute);

    public void EndResource()
    {
        _resource.End();
        BeginScope();
    }

    public void LeaveResource()
    {
    }

    public void BeginScope()
    {
        _scope.Clear();
        _resourceIndex = -1;
    }

    public void AddScopeAttribute(OtlpAttribute attribute) => _scope.Add(attribute);

    public void BeginRecord()
    {
        if (_resourceIndex < 0)
        {
            AddResourceToFrame();
            _resourceScratch = values.ScratchLength;
        }
        if (_resource.Writer is { } writer)
        {
            if (_predictedFor != writer)
            {
                _predictedFor = writer;
                _predicted.Clear();
            }
            writer.BeginLog();
        }
        _attributes = 0;
        TimeUnixNanoseconds = ObservedUnixNanoseconds = 0;
        SeverityNumber = 0;
        SeverityText = EventName = Body = default;
        _traceIsSet = _spanIsSet = false;
    }

    /// <summary>Written as it is met: whether the record is kept is known later, and one that is not is forgotten by the next.</summary>
    public void AddAttribute(in OtlpAttribute attribute)
    {
        var place = _attributes++;
        if (place < _limits.AttributesPerRecord && _resource.Writer is { } writer)
        {
            WriteAttribute(writer, NameIndex(writer, place, attribute.Key), attribute.Value);
        }
    }

    /// <summary>Sixteen bytes to be filled in.</summary>
    public Span<byte> SetTraceId()
    {
        _traceIsSet = true;
        return _trace;
    }

    /// <summary>Eight bytes to be filled in.</summary>
    public Span<byte> SetSpanId()
    {
        _spanIsSet = true;
        return _span;
    }

    /// <param name="position">Of the record, for the refusal of the whole request when it holds too many.</param>
    public void EndRecord(string? position = null)
    {
        if (++_records > _limits.RecordsPerRequest)
        {
            throw new MalformedPayloadException($"the request holds more than {_limits.RecordsPerRequest} records (limits.records_per_request in settings.yaml); send smaller batches",
                position ?? $"record {_records}", RefusalKind.TooLarge);
        }
        if (_resource.Writer is not { } writer)
        {
            partial.Reject(_resource.Refusal);
        }
        else if (RefusalOfRecord() is { } reason)
        {
            partial.Reject(reason);
        }
        else
        {
            Write(writer);
        }
        values.RewindScratch(_resourceScratch);
    }

    private string? RefusalOfRecord()
    {
        if (_attributes > _limits.AttributesPerRecord)
        {
            return $"a record has more than {_limits.AttributesPerRecord} attributes (limits.attributes_per_record in settings.yaml)";
        }
        return TimeUnixNanoseconds > long.MaxValue || ObservedUnixNanoseconds > long.MaxValue ? "a time is later than the year 2262, so it is probably not in nanoseconds" : null;
    }

    private void Write(TelemetryBatchWriter writer)
    {
        var severity = SeverityNumber is > 0 and <= 24 ? SeverityNumber : SeverityWord.NumberOf(values.TextOf(SeverityText));
        var whole = Clean(_resource.AsText(Body));
        var kept = Utf8Cut.To(whole, _limits.RecordBytes);
        if (EventName.Length > 0)
        {
            WriteAttribute(writer, writer.Intern("event.name"u8), EventName);
        }
        if (severity == 0 && SeverityText.Length > 0)
        {
            WriteAttribute(writer, writer.Intern("severity_text"u8), SeverityText);
        }
        if (kept.Length < whole.Length)
        {
            writer.AddAttribute(writer.Intern("obs.truncated_bytes"u8), (long)(whole.Length - kept.Length));
        }
        var time = TimeUnixNanoseconds != 0 ? TimeUnixNanoseconds : ObservedUnixNanoseconds;
        writer.EndLog(_resourceIndex, time != 0 ? (long)time : writers.ReceivedUnixNanoseconds, severity, kept,
            _traceIsSet ? _trace : default(ReadOnlySpan<byte>), _spanIsSet ? _span : default(ReadOnlySpan<byte>));
    }

    private void WriteAttribute(TelemetryBatchWriter writer, int name, in OtlpValue value)
    {
        switch (value.Type)
        {
            case AttributeType.Integer:
                writer.AddAttribute(name, value.Bits);
                break;
            case AttributeType.Double:
                writer.AddAttribute(name, value.AsDouble);
                break;
            case AttributeType.Boolean:
                writer.AddAttribute(name, value.Bits != 0);
                break;
            default:
                writer.AddAttribute(name, Utf8Cut.To(Clean(value), _limits.RecordBytes), value.Type);
                break;
        }
    }

    /// <summary>Records of one sender have their attributes in one order: the name at a place is mostly that of the record before, found without a hash.</summary>
    private int NameIndex(TelemetryBatchWriter writer, int place, in OtlpValue key)
    {
        if (place < _predicted.Count && writer.Text(_predicted[place]).SequenceEqual(values.TextOf(key)))
        {
            return _predicted[place];
        }
        var index = writer.Intern(values.TextOf(values.MakeValid(key)));
        if (place < _predicted.Count)
        {
            _predicted[place] = index;
        }
        else if (place == _predicted.Count)
        {
            _predicted.Add(index);
        }
        return index;
    }

    /// <summary>Valid UTF-8 without secrets. What lies in the payload was scanned as a whole; what was unescaped or made here was not.</summary>
    private ReadOnlySpan<byte> Clean(scoped in OtlpValue value)
    {
        var text = values.TextOf(value);
        if (!value.IsScratch && !_secrets.MayHoldSecret(value.Offset, value.Length) && Utf8Validity.IsValid(text))
        {
            return text;
        }
        text = values.TextOf(values.MakeValid(value));
        return SecretRedactor.Redact(text) is { } redacted ? redacted : text;
    }

    private void AddResourceToFrame()
    {
        _resourceIndex = 0;
        if (_resource.Writer is not { } writer)
        {
            return;
        }
        _labels.Clear();
        _shared.Clear();
        _labels.Add(new TextPair(writer.Intern(LabelNames.Environment), writer.Intern(_resource.Environment.Name)));
        _labels.Add(new TextPair(writer.Intern(LabelNames.Source), writer.Intern(source)));
        foreach (var (key, value) in _resource.Attributes)
        {
            var text = Clean(_resource.AsText(value));
            if (names.LabelOf(values.TextOf(key)) is { } label)
            {
                AddLabel(writer, label, text);
            }
            else
            {
                _shared.Add(new TextPair(writer.Intern(values.TextOf(values.MakeValid(key))), writer.Intern(text)));
            }
        }
        foreach (var (key, value) in _scope)
        {
            _shared.Add(new TextPair(writer.Intern(values.TextOf(values.MakeValid(key))), writer.Intern(Clean(_resource.AsText(value)))));
        }
        if (_resource.Environment.Raw.Length > 0)
        {
            _shared.Add(new TextPair(writer.Intern(AttributeNames.EnvironmentRaw), writer.Intern(_resource.Environment.Raw)));
        }
        _resourceIndex = writer.AddResource(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_shared));
    }

    /// <summary>The environment is known by its canonical name only; a sender's own source takes the place of ours.</summary>
    private void AddLabel(TelemetryBatchWriter writer, string label, ReadOnlySpan<byte> value)
    {
        if (value.Length == 0 || label == LabelNames.Environment)
        {
            return;
        }
        var pair = new TextPair(writer.Intern(label), writer.Intern(value));
        if (label == LabelNames.Source)
        {
            _labels[1] = pair;
        }
        else
        {
            _labels.Add(pair);
        }
    }

    [System.Runtime.CompilerServices.InlineArray(16)]
    private struct TraceBytes
    {
        private byte _first;
    }

    [System.Runtime.CompilerServices.InlineArray(8)]
    private struct SpanBytes
    {
        private byte _first;
    }
}

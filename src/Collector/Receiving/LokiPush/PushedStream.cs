using System.Buffers;
using System.Globalization;
using System.Text;
using Observability.Collector.Normalizing;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.Otlp.Rows;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.LokiPush;

/// <summary>
/// One stream of a push after the other: judges its labels, makes them a resource, and hands each entry on as a record. What JSON and protobuf have in common
/// is here, so that both give the same rows.
/// </summary>
internal sealed class PushedStream(OtlpValues values, LogRows rows, PartialSuccess partial)
{
    /// <summary>Of a label's name in a refusal.</summary>
    private const int MaximumShownBytes = 120;

    private readonly List<OtlpAttribute> _labels = [];
    private readonly LevelWord _streamLevel = new();
    private readonly LevelWord _entryLevel = new();
    private ReceiveLimits _limits = null!;
    private Actor _actor = Actor.Unsigned;
    private int _streams;
    private int _entries;

    public void Reset(ReceiveLimits limits, Actor actor)
    {
        (_limits, _actor) = (limits, actor);
        (_streams, _entries) = (0, 0);
    }

    /// <summary>Counted when it begins, so that whatever is wrong with it has a place.</summary>
    public void Begin()
    {
        _streams++;
        _entries = 0;
        _labels.Clear();
    }

    /// <summary>A label without a value is no label.</summary>
    public void AddLabel(in OtlpValue name, in OtlpValue value)
    {
        var text = values.TextOf(name);
        if (!IsLabelName(text))
        {
            throw Refused($"'{Shown(name)}' is no name of a label; expected letters, digits and _, no digit first");
        }
        if (text.Length > LokiPushLimits.LabelNameBytes || value.Length > LokiPushLimits.LabelValueBytes)
        {
            throw Refused($"the label '{Shown(name)}' is longer than a name of {LokiPushLimits.LabelNameBytes} or a value of {LokiPushLimits.LabelValueBytes} bytes may be");
        }
        foreach (var label in _labels)
        {
            if (values.TextOf(label.Key).SequenceEqual(text))
            {
                throw Refused($"the label '{Shown(name)}' is given twice");
            }
        }
        if (_labels.Count == _limits.AttributesPerRecord)
        {
            throw Refused($"a stream has more than {_limits.AttributesPerRecord} labels (limits.attributes_per_record in settings.yaml)");
        }
        _labels.Add(new OtlpAttribute(name, value));
    }

    /// <summary>All labels are known.</summary>
    public void EndLabels()
    {
        rows.BeginResource();
        _streamLevel.Clear();
        var isEmpty = true;
        var namesEnvironment = false;
        foreach (var label in _labels)
        {
            if (label.Value.Length == 0)
            {
                continue;
            }
            isEmpty = false;
            var name = values.TextOf(label.Key);
            namesEnvironment |= ResourceNames.Loki.IsEnvironment(name);
            if (!_streamLevel.Takes(name, values.TextOf(label.Value)))
            {
                rows.AddResourceAttribute(label);
            }
        }
        if (isEmpty)
        {
            throw Refused("a stream needs at least one label");
        }
        // As for remote write: a key for a single environment says what a stream leaves out.
        if (!namesEnvironment && _actor.OnlyEnvironment is { } only)
        {
            rows.AddResourceAttribute(new OtlpAttribute(values.AddText(Encoding.UTF8.GetBytes(LabelNames.Environment)), values.AddText(Encoding.UTF8.GetBytes(only))));
        }
        rows.EndResource();
        if (rows.RefusalOfResource is var (kind, reason))
        {
            throw Refused(reason, kind);
        }
    }

    public void BeginEntry()
    {
        _entries++;
        rows.BeginRecord();
        _entryLevel.Clear();
    }

    /// <summary>Without a time it is that of receipt.</summary>
    public void SetTime(ulong unixNanoseconds) => rows.TimeUnixNanoseconds = unixNanoseconds;

    public void SetLine(in OtlpValue line) => rows.Body = line;

    /// <summary>One pair of structured metadata; without a value it is none. The identities of a trace become those of the record.</summary>
    public void AddMetadata(in OtlpValue name, in OtlpValue value)
    {
        var key = values.TextOf(name);
        if (value.Length > 0 && !TakesIdentity(key, values.TextOf(value)) && !_entryLevel.Takes(key, values.TextOf(value)))
        {
            rows.AddAttribute(new OtlpAttribute(name, value));
        }
    }

    public void EndEntry()
    {
        rows.SeverityNumber = _entryLevel.Number != 0 ? _entryLevel.Number : _streamLevel.Number;
        rows.EndRecord();
        if (partial.Rejected > 0)
        {
            throw Refused(partial.FirstReason);
        }
    }

    /// <summary>A fault with the stream and entry that it was met in.</summary>
    public MalformedPayloadException Placed(Refusal refusal)
    {
        string?[] parts =
        [
            _streams > 0 ? string.Create(CultureInfo.InvariantCulture, $"stream {_streams}") : null,
            _entries > 0 ? string.Create(CultureInfo.InvariantCulture, $"entry {_entries}") : null,
            refusal.Position,
        ];
        return new MalformedPayloadException(refusal.Reason, string.Join(", ", parts.Where(static part => !string.IsNullOrEmpty(part))), refusal.Kind);
    }

    private static MalformedPayloadException Refused(string reason, RefusalKind kind = RefusalKind.Malformed) => new(reason, "", kind);

    private bool TakesIdentity(ReadOnlySpan<byte> name, ReadOnlySpan<byte> digits)
    {
        var isTrace = name.SequenceEqual("trace_id"u8);
        if (!isTrace && !name.SequenceEqual("span_id"u8))
        {
            return false;
        }
        Span<byte> identity = stackalloc byte[16];
        identity = identity[..(isTrace ? 16 : 8)];
        if (digits.Length != identity.Length * 2 || Convert.FromHexString(digits, identity, out _, out _) != OperationStatus.Done || !identity.ContainsAnyExcept((byte)0))
        {
            return false;
        }
        identity.CopyTo(isTrace ? rows.SetTraceId() : rows.SetSpanId());
        return true;
    }

    private static bool IsLabelName(ReadOnlySpan<byte> name)
    {
        if (name.Length == 0 || char.IsAsciiDigit((char)name[0]))
        {
            return false;
        }
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && character != (byte)'_')
            {
                return false;
            }
        }
        return true;
    }

    private string Shown(in OtlpValue name) => Encoding.UTF8.GetString(Utf8Cut.To(values.TextOf(name), MaximumShownBytes));
}

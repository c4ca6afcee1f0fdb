using System.Buffers;
using System.Text.Json;
using Observability.Collector.Normalizing;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp;

/// <summary>
/// A value of the request, without its bytes: those stay in the payload, or lie in the scratch of <see cref="OtlpValues"/> when they had to be made. Sixteen
/// bytes, since each value is handed on a few times on its way to the frame.
/// </summary>
internal readonly record struct OtlpValue
{
    private OtlpValue(AttributeType type, bool isScratch, long bits) => (Type, IsScratch, Bits) = (type, isScratch, bits);

    /// <summary>As it will stand in the frame.</summary>
    public AttributeType Type { get; }

    /// <summary>Of a text: in the scratch, not in the payload.</summary>
    public bool IsScratch { get; }

    /// <summary>Of a number or boolean; of a text its length, then its offset, half of the bits each.</summary>
    public long Bits { get; }

    public bool IsText => Type is AttributeType.Text or AttributeType.Json;

    /// <summary>Of a text: where it begins.</summary>
    public int Offset => (int)Bits;

    /// <summary>Of a text: its bytes.</summary>
    public int Length => (int)(Bits >> 32);

    public double AsDouble => BitConverter.Int64BitsToDouble(Bits);

    public static OtlpValue Text(int offset, int length) => new(AttributeType.Text, isScratch: false, PlaceOf(offset, length));

    /// <param name="type">Text or JSON.</param>
    /// <param name="offset">In the scratch.</param>
    /// <param name="length">Its bytes.</param>
    public static OtlpValue Scratch(AttributeType type, int offset, int length) => new(type, isScratch: true, PlaceOf(offset, length));

    public static OtlpValue Integer(long value) => new(AttributeType.Integer, isScratch: false, value);

    public static OtlpValue Double(double value) => new(AttributeType.Double, isScratch: false, BitConverter.DoubleToInt64Bits(value));

    public static OtlpValue Boolean(bool value) => new(AttributeType.Boolean, isScratch: false, value ? 1 : 0);

    private static long PlaceOf(int offset, int length) => ((long)length << 32) | (uint)offset;
}

/// <summary>An attribute of a resource, scope, record or point.</summary>
internal readonly record struct OtlpAttribute(OtlpValue Key, OtlpValue Value);

/// <summary>The bytes behind values of one request: its payload, and a scratch that keeps its array between requests. Not thread-safe.</summary>
internal sealed class OtlpValues : IDisposable
{
    // Text of nested values is read by people and queries: only what JSON needs is escaped, and both encodings of OTLP must give the same bytes.
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _scratch = new(4096);
    // Apart from the scratch: texts are unescaped into that one while a nested value is being written.
    private readonly ArrayBufferWriter<byte> _nested = new(1024);
    private readonly Utf8JsonWriter _json;
    private byte[] _payload = [];

    public OtlpValues() => _json = new Utf8JsonWriter(_nested, JsonOptions);

    public byte[] Payload => _payload;

    public int PayloadLength { get; private set; }

    public int ScratchLength => _scratch.WrittenCount;

    public void Reset(byte[] payload, int length)
    {
        _payload = payload;
        PayloadLength = length;
        _scratch.ResetWrittenCount();
    }

    /// <summary>The scratch of a finished record is free again; values made before <paramref name="length"/> stay.</summary>
    public void RewindScratch(int length)
    {
        if (length == 0)
        {
            _scratch.ResetWrittenCount();
        }
    }

    public ReadOnlySpan<byte> TextOf(scoped in OtlpValue value) =>
        value.IsScratch ? _scratch.WrittenSpan.Slice(value.Offset, value.Length) : _payload.AsSpan(value.Offset, value.Length);

    /// <summary>Copies a text that does not stand in the payload as it is.</summary>
    public OtlpValue AddText(ReadOnlySpan<byte> utf8, AttributeType type = AttributeType.Text)
    {
        var offset = _scratch.WrittenCount;
        utf8.CopyTo(_scratch.GetSpan(Math.Max(1, utf8.Length)));
        _scratch.Advance(utf8.Length);
        return OtlpValue.Scratch(type, offset, utf8.Length);
    }

    /// <summary>Room for a text that a caller makes in place; follow with <see cref="TakeScratch"/>.</summary>
    public Span<byte> GetScratch(int length) => _scratch.GetSpan(Math.Max(1, length));

    public OtlpValue TakeScratch(int length)
    {
        var offset = _scratch.WrittenCount;
        _scratch.Advance(length);
        return OtlpValue.Scratch(AttributeType.Text, offset, length);
    }

    /// <summary>Starts the JSON text of a nested value.</summary>
    public Utf8JsonWriter BeginJson()
    {
        _nested.ResetWrittenCount();
        _json.Reset();
        return _json;
    }

    public OtlpValue EndJson()
    {
        _json.Flush();
        return AddText(_nested.WrittenSpan, AttributeType.Json);
    }

    /// <summary>The text as valid UTF-8: bytes that are none become U+FFFD, since every reader of a frame relies on it.</summary>
    public OtlpValue MakeValid(in OtlpValue value)
    {
        var bytes = TextOf(value);
        if (Utf8Validity.IsValid(bytes))
        {
            return value;
        }
        var repaired = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(bytes));
        return AddText(repaired, value.Type);
    }

    public void Dispose() => _json.Dispose();
}

using System.Buffers;
using System.Text.Json;
using Observability.Collector.Normalizing;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp;

/// <summary>A value of the request, without its bytes: those stay in the payload, or lie in the scratch of <see cref="OtlpValues"/> when they had to be made.</summary>
/// <param name="Type">As it will stand in the frame.</param>
/// <param name="Offset">Of a text: where it begins.</param>
/// <param name="Length">Of a text: its bytes.</param>
/// <param name="IsScratch">Of a text: in the scratch, not in the payload.</param>
/// <param name="Bits">Of a number or boolean.</param>
internal readonly record struct OtlpValue(AttributeType Type, int Offset, int Length, bool IsScratch, long Bits)
{
    public static OtlpValue Text(int offset, int length) => new(AttributeType.Text, offset, length, false, 0);

    public static OtlpValue Integer(long value) => new(AttributeType.Integer, 0, 0, false, value);

    public static OtlpValue Double(double value) => new(AttributeType.Double, 0, 0, false, BitConverter.DoubleToInt64Bits(value));

    public static OtlpValue Boolean(bool value) => new(AttributeType.Boolean, 0, 0, false, value ? 1 : 0);

    public bool IsText => Type is AttributeType.Text or AttributeType.Json;

    public double AsDouble => BitConverter.Int64BitsToDouble(Bits);
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
        return new OtlpValue(type, offset, utf8.Length, true, 0);
    }

    /// <summary>Room for a text that a caller makes in place; follow with <see cref="TakeScratch"/>.</summary>
    public Span<byte> GetScratch(int length) => _scratch.GetSpan(Math.Max(1, length));

    public OtlpValue TakeScratch(int length)
    {
        var offset = _scratch.WrittenCount;
        _scratch.Advance(length);
        return new OtlpValue(AttributeType.Text, offset, length, true, 0);
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

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>
/// Utf8JsonReader with the manners of OTLP/JSON: absent and null are the same, 64-bit numbers come as texts or numbers, unknown members are skipped.
/// A copy of it is a bookmark.
/// </summary>
internal ref struct OtlpJsonReader
{
    private readonly OtlpValues _values;
    private Utf8JsonReader _json;

    public OtlpJsonReader(OtlpValues values, int maximumDepth)
    {
        _values = values;
        _json = new Utf8JsonReader(values.Payload.AsSpan(0, values.PayloadLength), new JsonReaderOptions { MaxDepth = maximumDepth });
    }

    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>Moves to the first token; an empty payload is a malformed one.</summary>
    public void Start() => _json.Read();

    /// <summary>Nothing may follow the value.</summary>
    public void RequireEnd() => _json.Read();

    /// <summary>At the start of an object: enters it. False when it is null instead.</summary>
    public bool TryEnterObject(string what)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return false;
        }
        return _json.TokenType == JsonTokenType.StartObject ? true : throw Malformed($"{what} must be an object");
    }

    public bool TryEnterArray(string what)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return false;
        }
        return _json.TokenType == JsonTokenType.StartArray ? true : throw Malformed($"{what} must be an array");
    }

    /// <summary>Inside an object: moves to the next member's value, its name given; false at the end of the object.</summary>
    public bool MoveNextMember(out JsonMemberName name)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            name = default;
            return false;
        }
        name = new JsonMemberName(_json.ValueIsEscaped ? Unescape() : _json.ValueSpan);
        _json.Read();
        return true;
    }

    /// <summary>As <see cref="MoveNextMember"/>, where names are data: the name is given as a text of the request.</summary>
    public bool MoveNextText(out OtlpValue name)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            name = default;
            return false;
        }
        name = CurrentText("a member's name");
        _json.Read();
        return true;
    }

    /// <summary>Inside an array: moves to the next item; false at its end.</summary>
    public bool MoveNextItem()
    {
        _json.Read();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Skips the value that the reader stands on.</summary>
    public void Skip() => _json.Skip();

    public OtlpValue ReadText(string what)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return OtlpValue.Text(0, 0);
        }
        if (_json.TokenType != JsonTokenType.String)
        {
            throw Malformed($"{what} must be a string");
        }
        return CurrentText(what);
    }

    /// <summary>As <see cref="ReadText"/>, where numbers and booleans are taken for the texts that they are written as.</summary>
    public OtlpValue ReadScalar(string what) => _json.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False
        ? OtlpValue.Text((int)_json.TokenStartIndex, _json.ValueSpan.Length)
        : ReadText(what);

    private OtlpValue CurrentText(string what)
    {
        if (!_json.ValueIsEscaped)
        {
            return OtlpValue.Text((int)_json.TokenStartIndex + 1, _json.ValueSpan.Length);
        }
        var target = _values.GetScratch(_json.ValueSpan.Length);
        try
        {
            return _values.TakeScratch(_json.CopyString(target));
        }
        catch (InvalidOperationException)
        {
            throw Malformed($"{what} holds half of a surrogate pair");
        }
    }

    public ulong ReadUnsigned(string what)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return 0;
        }
        var isNumber = _json.TokenType switch
        {
            JsonTokenType.Number => _json.TryGetUInt64(out var direct) ? direct : (ulong?)null,
            JsonTokenType.String => ulong.TryParse(_json.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var quoted) ? quoted : null,
            _ => null,
        };
        return isNumber ?? throw Malformed($"{what} must be a whole number from 0, as number or string");
    }

    public long ReadInteger(string what)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return 0;
        }
        var isNumber = _json.TokenType switch
        {
            JsonTokenType.Number => _json.TryGetInt64(out var direct) ? direct : (long?)null,
            JsonTokenType.String => long.TryParse(_json.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quoted) ? quoted : null,
            _ => null,
        };
        return isNumber ?? throw Malformed($"{what} must be a whole 64-bit number, as number or string");
    }

    public double ReadDouble(string what)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                return 0;
            case JsonTokenType.Number when _json.TryGetDouble(out var number):
                return number;
            case JsonTokenType.String when _json.ValueTextEquals("NaN"u8):
                return double.NaN;
            case JsonTokenType.String when _json.ValueTextEquals("Infinity"u8):
                return double.PositiveInfinity;
            case JsonTokenType.String when _json.ValueTextEquals("-Infinity"u8):
                return double.NegativeInfinity;
            case JsonTokenType.String when double.TryParse(_json.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var quoted):
                return quoted;
            default:
                throw Malformed($"{what} must be a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
        }
    }

    public bool ReadBoolean(string what) => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        _ => throw Malformed($"{what} must be true or false"),
    };

    /// <summary>An enum as its number, or as one of the names that begin with <paramref name="prefix"/>; names are looked up by the caller.</summary>
    public int ReadEnum(string what, ReadOnlySpan<byte> prefix, Func<string, int> numberOf)
    {
        if (_json.TokenType is JsonTokenType.Number or JsonTokenType.Null)
        {
            return (int)Math.Clamp(ReadInteger(what), 0, int.MaxValue);
        }
        if (_json.TokenType == JsonTokenType.String && _json.ValueSpan.StartsWith(prefix))
        {
            return numberOf(Encoding.UTF8.GetString(_json.ValueSpan[prefix.Length..]));
        }
        throw Malformed($"{what} must be a number or a name that begins with {Encoding.UTF8.GetString(prefix)}");
    }

    /// <summary>Bytes as hexadecimal digits: OTLP/JSON writes ids so, unlike other bytes. False when absent or empty.</summary>
    public bool TryReadHexadecimal(scoped Span<byte> target, string what)
    {
        if (_json.TokenType == JsonTokenType.Null || (_json.TokenType == JsonTokenType.String && _json.ValueSpan.Length == 0))
        {
            return false;
        }
        if (_json.TokenType != JsonTokenType.String || _json.ValueSpan.Length != target.Length * 2
            || Convert.FromHexString(_json.ValueSpan, target, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw Malformed($"{what} must be {target.Length * 2} hexadecimal digits");
        }
        return true;
    }

    public readonly MalformedPayloadException Malformed(string reason)
    {
        var before = _values.Payload.AsSpan(0, (int)Math.Min(_json.TokenStartIndex, _values.PayloadLength));
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new MalformedPayloadException(reason, PositionText(before.Count((byte)'\n'), before.Length - lineStart));
    }

    private readonly ReadOnlySpan<byte> Unescape()
    {
        var name = new byte[_json.ValueSpan.Length];
        try
        {
            return name.AsSpan(0, _json.CopyString(name));
        }
        catch (InvalidOperationException)
        {
            throw Malformed("a member's name holds half of a surrogate pair");
        }
    }

    /// <summary>For whoever started the reading: the parser throws from any step.</summary>
    public static MalformedPayloadException Malformed(JsonException exception) =>
        new($"not valid JSON: {JsonErrorText.Of(exception)}", PositionText(exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0));

    private static string PositionText(long line, long byteInLine) => string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, byte {byteInLine + 1}");
}

/// <summary>Name of a member, compared with the UTF-8 of what is expected.</summary>
internal readonly ref struct JsonMemberName
{
    private readonly ReadOnlySpan<byte> _name;

    public JsonMemberName(ReadOnlySpan<byte> name) => _name = name;

    public bool Is(ReadOnlySpan<byte> expected) => _name.SequenceEqual(expected);
}

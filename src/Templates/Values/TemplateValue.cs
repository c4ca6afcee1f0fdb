using System.Diagnostics.CodeAnalysis;

namespace Observability.Templates;

public enum TemplateKind
{
    Nil,
    Bool,
    Integer,
    Float,
    Text,
    Time,
    Duration,
    List,
    Map,
    Object,
    Function,
}

/// <summary>How far a text is trusted when the output is HTML.</summary>
public enum TextTrust
{
    /// <summary>Escaped, and checked for its scheme where it begins a link.</summary>
    None,

    /// <summary>Escaped, but accepted as a link whatever its scheme (<c>safeUrl</c>).</summary>
    Url,

    /// <summary>Written as it is (<c>safeHtml</c>).</summary>
    Html,
}

/// <summary>
/// A value that a template reads, passes to functions or prints. The kinds are those of Go's that templates can tell apart;
/// a value of .NET gets in only through the factories here, never by reflection.
/// </summary>
[SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The alternates are the From overloads.")]
public readonly struct TemplateValue : IEquatable<TemplateValue>
{
    private readonly object? _reference;
    private readonly long _bits;

    private TemplateValue(TemplateKind kind, object? reference, long bits)
    {
        Kind = kind;
        _reference = reference;
        _bits = bits;
    }

    public TemplateKind Kind { get; }

    /// <summary>Go's nil, and what an absent key of a map of anything reads as. Printed as <c>&lt;no value&gt;</c>.</summary>
    public static TemplateValue Nil => default;

    public bool IsNil => Kind == TemplateKind.Nil;

    public static TemplateValue From(bool value) => new(TemplateKind.Bool, null, value ? 1 : 0);

    public static TemplateValue From(long value) => new(TemplateKind.Integer, null, value);

    public static TemplateValue From(double value) => new(TemplateKind.Float, null, BitConverter.DoubleToInt64Bits(value));

    public static TemplateValue From(string? value) => new(TemplateKind.Text, value ?? "", (long)TextTrust.None);

    public static TemplateValue From(string? value, TextTrust trust) => new(TemplateKind.Text, value ?? "", (long)trust);

    /// <summary>The zone abbreviation is "UTC" for an offset of zero, else the offset itself.</summary>
    public static TemplateValue From(DateTimeOffset value) => From(new TemplateTime(value));

    public static TemplateValue From(TemplateTime value) => new(TemplateKind.Time, value, 0);

    /// <summary>Saturates at Go's range of about 292 years.</summary>
    public static TemplateValue From(TimeSpan value) => Duration(GoDuration.FromTimeSpan(value));

    public static TemplateValue From(TemplateList value) => new(TemplateKind.List, value, 0);

    public static TemplateValue From(TemplateMap value) => new(TemplateKind.Map, value, 0);

    public static TemplateValue From(ITemplateObject value) => new(TemplateKind.Object, value, 0);

    public static TemplateValue From(TemplateFunction value) => new(TemplateKind.Function, value, 0);

    public static TemplateValue Duration(long nanoseconds) => new(TemplateKind.Duration, null, nanoseconds);

    public static TemplateValue List(params IReadOnlyList<TemplateValue> items) => From(new TemplateList(items));

    public static TemplateValue Texts(IEnumerable<string> items) => From(new TemplateList([.. items.Select(item => From(item))]));

    public static implicit operator TemplateValue(bool value) => From(value);

    public static implicit operator TemplateValue(int value) => From((long)value);

    public static implicit operator TemplateValue(long value) => From(value);

    public static implicit operator TemplateValue(double value) => From(value);

    public static implicit operator TemplateValue(string? value) => From(value);

    public static bool operator ==(TemplateValue left, TemplateValue right) => left.Equals(right);

    public static bool operator !=(TemplateValue left, TemplateValue right) => !left.Equals(right);

    // The accessors trust the caller to have looked at Kind.
    internal bool AsBool => _bits != 0;

    internal long AsInteger => _bits;

    internal double AsFloat => BitConverter.Int64BitsToDouble(_bits);

    internal string AsText => (string)_reference!;

    internal TextTrust Trust => (TextTrust)_bits;

    internal TemplateTime AsTime => (TemplateTime)_reference!;

    internal long AsNanoseconds => _bits;

    internal TemplateList AsList => (TemplateList)_reference!;

    internal TemplateMap AsMap => (TemplateMap)_reference!;

    internal ITemplateObject AsObject => (ITemplateObject)_reference!;

    internal TemplateFunction AsFunction => (TemplateFunction)_reference!;

    /// <summary>Months and weekdays as the numbers that they are to comparisons and <c>%d</c>; everything else as it is.</summary>
    internal TemplateValue AsNumberIfNamed => Kind == TemplateKind.Object && _reference is TimeMethods.NamedNumber named ? From((long)named.Number) : this;

    /// <summary>The name that Go users know, for error texts and <c>%!d(string=…)</c>.</summary>
    internal string TypeName => Kind switch
    {
        TemplateKind.Nil => "nil",
        TemplateKind.Bool => "bool",
        TemplateKind.Integer => "int",
        TemplateKind.Float => "float64",
        TemplateKind.Text => "string",
        TemplateKind.Time => "time.Time",
        TemplateKind.Duration => "time.Duration",
        TemplateKind.List => "list",
        TemplateKind.Map => "map",
        TemplateKind.Object => AsObject.TypeName,
        _ => "function",
    };

    /// <summary>What <c>if</c>, <c>with</c>, <c>and</c>, <c>or</c> and <c>not</c> take for true: everything but zero, nil and the empty.</summary>
    internal bool IsTrue => Kind switch
    {
        TemplateKind.Nil => false,
        TemplateKind.Bool or TemplateKind.Integer or TemplateKind.Duration => _bits != 0,
        TemplateKind.Float => AsFloat != 0,
        TemplateKind.Text => AsText.Length > 0,
        TemplateKind.List => AsList.Count > 0,
        TemplateKind.Map => AsMap.Count > 0,
        _ => true,
    };

    /// <summary>Same kind and same value; lists, maps, objects and functions are equal only to themselves.</summary>
    public bool Equals(TemplateValue other) => Kind == other.Kind && Kind switch
    {
        TemplateKind.Nil => true,
        TemplateKind.Float => AsFloat == other.AsFloat,
        TemplateKind.Text => AsText == other.AsText,
        TemplateKind.Time => AsTime.Moment == other.AsTime.Moment,
        TemplateKind.List or TemplateKind.Map or TemplateKind.Object or TemplateKind.Function => ReferenceEquals(_reference, other._reference),
        _ => _bits == other._bits,
    };

    public override bool Equals(object? obj) => obj is TemplateValue other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        TemplateKind.Float => AsFloat.GetHashCode(),
        TemplateKind.Text => AsText.GetHashCode(StringComparison.Ordinal),
        TemplateKind.Time => AsTime.Moment.GetHashCode(),
        TemplateKind.List or TemplateKind.Map or TemplateKind.Object or TemplateKind.Function => _reference!.GetHashCode(),
        _ => HashCode.Combine(Kind, _bits),
    };

    /// <summary>As an action prints it.</summary>
    public override string ToString() => ValuePrinter.ToText(this);
}

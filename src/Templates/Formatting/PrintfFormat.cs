using System.Globalization;
using System.Text;

namespace Observability.Templates;

/// <summary>Go's fmt.Sprintf for the values that templates have. Wrong verbs and counts are told in the text, as Go does, and are no errors.</summary>
internal sealed class PrintfFormat
{
    /// <summary>Go's own limit for widths and precisions.</summary>
    private const int MaximumWidth = 1_000_000;

    private readonly BoundedText _output;
    private readonly string _format;
    private readonly IReadOnlyList<TemplateValue> _arguments;
    private readonly int _maximumCharacters;
    private int _position;
    private int _argument;

    private PrintfFormat(BoundedText output, int maximumCharacters, string format, IReadOnlyList<TemplateValue> arguments)
    {
        _output = output;
        _maximumCharacters = maximumCharacters;
        _format = format;
        _arguments = arguments;
    }

    /// <summary>Writes to <paramref name="output"/>, whose limit is <paramref name="maximumCharacters"/>; a single field may not exceed it either.</summary>
    public static void Append(BoundedText output, int maximumCharacters, string format, IReadOnlyList<TemplateValue> arguments) =>
        new PrintfFormat(output, maximumCharacters, format, arguments).Write();

    private void Write()
    {
        while (_position < _format.Length)
        {
            var percent = _format.IndexOf('%', _position);
            var end = percent < 0 ? _format.Length : percent;
            _output.Append(_format.AsSpan(_position, end - _position));
            _position = end;
            if (percent >= 0)
            {
                _position++;
                WriteField();
            }
        }
        if (_argument < _arguments.Count)
        {
            _output.Append("%!(EXTRA ");
            for (var i = _argument; i < _arguments.Count; i++)
            {
                _output.Append(i > _argument ? ", " : "");
                AppendTyped(_arguments[i]);
            }
            _output.Append(')');
        }
    }

    private void WriteField()
    {
        var field = new PrintfField();
        while (_position < _format.Length && field.TakeFlag(_format[_position]))
        {
            _position++;
        }
        field.Width = ReadSize("BADWIDTH");
        if (field.Width < 0)
        {
            (field.LeftAligned, field.Width, field.ZeroPadded) = (true, -field.Width, false);
        }
        if (_position < _format.Length && _format[_position] == '.')
        {
            _position++;
            field.Precision = ReadSize("BADPREC") is var precision && precision is null or < 0 ? 0 : precision;
        }
        if (_position >= _format.Length)
        {
            _output.Append("%!(NOVERB)");
            return;
        }
        _ = Rune.DecodeFromUtf16(_format.AsSpan(_position), out var verb, out var used);
        _position += used;
        if (verb.Value == '%')
        {
            _output.Append('%');
        }
        else if (_argument >= _arguments.Count)
        {
            _output.Append("%!").Append(verb.ToString()).Append("(MISSING)");
        }
        else
        {
            WriteValue(field, verb, _arguments[_argument++], depth: 0);
        }
    }

    /// <summary>A number, or the next argument for <c>*</c>; null where there is neither.</summary>
    private int? ReadSize(string complaint)
    {
        if (_position < _format.Length && _format[_position] == '*')
        {
            _position++;
            if (_argument < _arguments.Count && _arguments[_argument++] is { Kind: TemplateKind.Integer, AsInteger: >= -MaximumWidth and <= MaximumWidth } size)
            {
                return (int)size.AsInteger;
            }
            _output.Append("%!(").Append(complaint).Append(')');
            return null;
        }
        var start = _position;
        while (_position < _format.Length && char.IsAsciiDigit(_format[_position]))
        {
            _position++;
        }
        if (_position == start)
        {
            return null;
        }
        if (int.TryParse(_format.AsSpan(start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaximumWidth)
        {
            return number;
        }
        throw new TemplateFunctionException($"a width or precision in the format is larger than {MaximumWidth}");
    }

    private void WriteValue(PrintfField field, Rune verb, TemplateValue value, int depth)
    {
        if (verb.Value == 'T')
        {
            field.AppendPadded(_output, value.TypeName);
            return;
        }
        var hasOwnText = verb.Value is 'v' or 's' or 'q' && (value.Kind is TemplateKind.Time or TemplateKind.Duration or TemplateKind.Object
            || (value.Kind == TemplateKind.List && value.AsList.OwnText is not null) || (value.Kind == TemplateKind.Map && value.AsMap.OwnText is not null));
        if (hasOwnText)
        {
            var own = new BoundedText(_maximumCharacters);
            ValuePrinter.Append(own, value, depth);
            value = own.ToString();
        }
        value = value.AsNumberIfNamed;
        if (value.Kind is TemplateKind.List or TemplateKind.Map)
        {
            ValuePrinter.AppendComposite(_output, value, depth, (element, inner) => WriteValue(field, verb, element, inner));
        }
        else if (verb.IsAscii && field.Format((char)verb.Value, value, _maximumCharacters) is { } text)
        {
            field.AppendPadded(_output, text, isNumber: value.Kind is TemplateKind.Integer or TemplateKind.Float or TemplateKind.Duration);
        }
        else
        {
            AppendMismatch(verb, value);
        }
    }

    private void AppendMismatch(Rune verb, TemplateValue value)
    {
        _output.Append("%!").Append(verb.ToString()).Append('(');
        AppendTyped(value);
        _output.Append(')');
    }

    private void AppendTyped(TemplateValue value)
    {
        if (!value.IsNil)
        {
            _output.Append(value.TypeName).Append('=');
        }
        ValuePrinter.Append(_output, value);
    }
}

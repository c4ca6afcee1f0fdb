using System.Text;

namespace Observability.Templates;

/// <summary>Text that is built up to a limit. Everything that can grow a text writes into one, so no function can outgrow the memory of the process.</summary>
internal sealed class BoundedText(int maximumCharacters)
{
    private readonly StringBuilder _text = new();

    public int Length => _text.Length;

    public BoundedText Append(char character)
    {
        Reserve(1);
        _text.Append(character);
        return this;
    }

    public BoundedText Append(ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        _text.Append(text);
        return this;
    }

    public BoundedText AppendRepeated(char character, int count)
    {
        Reserve(count);
        _text.Append(character, count);
        return this;
    }

    /// <summary>The last characters written, at most <paramref name="count"/>.</summary>
    public string Tail(int count)
    {
        var length = Math.Min(count, _text.Length);
        return _text.ToString(_text.Length - length, length);
    }

    public override string ToString() => _text.ToString();

    private void Reserve(int count)
    {
        if (_text.Length + (long)count > maximumCharacters)
        {
            throw new TemplateFunctionException($"the text grows past {maximumCharacters} characters (RenderLimits.OutputCharacters)");
        }
    }
}

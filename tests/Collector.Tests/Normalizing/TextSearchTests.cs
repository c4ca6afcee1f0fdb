using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Normalizing;

namespace Observability.Collector.Tests.Normalizing;

public sealed class TextSearchTests
{
    private static readonly byte[][] s_texts = [[.. "://"u8], [.. "abca"u8], [.. "bcd"u8], [0xC3, 0xA9, 0xC3], [.. "aab"u8], [.. "ddddddddd"u8], [.. "cab"u8], [.. "b:/"u8]];

    [Fact]
    public void It_finds_what_comparing_at_every_place_finds()
    {
        var search = new TextSearch(s_texts);
        // Few letters: texts begin, nearly begin and overlap everywhere, also across the borders of vectors and at the end.
        var texts = Gen.Elements("abcd:/\u00C3\u00A9".Select(letter => (byte)letter).ToArray()).ArrayOf().Resize(300);
        Prop.ForAll(texts.ToArbitrary(), utf8 =>
        {
            for (var from = 0; from <= utf8.Length; from++)
            {
                if (search.IndexOf(utf8, from) != ByComparing(utf8, from))
                {
                    return false;
                }
            }
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void One_text_at_any_place_of_any_length_is_found()
    {
        foreach (var text in s_texts)
        {
            var search = new TextSearch(text);
            for (var length = text.Length; length < 110; length++)
            {
                for (var place = 0; place + text.Length <= length; place++)
                {
                    var utf8 = new byte[length];
                    text.CopyTo(utf8, place);
                    Assert.Equal(place, search.IndexOf(utf8, 0));
                    Assert.Equal(-1, search.IndexOf(utf8, place + 1));
                }
            }
        }
    }

    [Fact]
    public void More_texts_than_a_byte_has_bits_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextSearch([.. Enumerable.Repeat("abc"u8.ToArray(), 9)]));

    private static int ByComparing(byte[] utf8, int from)
    {
        for (; from < utf8.Length; from++)
        {
            if (s_texts.Any(text => utf8.AsSpan(from).StartsWith(text)))
            {
                return from;
            }
        }
        return -1;
    }
}

using System.Globalization;
using System.Text;

namespace Observability.Templates;

/// <summary>
/// Title case as golang.org/x/text/cases gives it to Prometheus and Alertmanager: the first letter of each word upper, a word being letters, digits and
/// underscores; an apostrophe, point, colon or middle dot between two letters does not end it.
/// </summary>
internal static class TitleCase
{
    private const string InnerPunctuation = "'’.:·‧";

    /// <param name="text">Any text.</param>
    /// <param name="lowersRest">Alertmanager also lowers every letter but the first; Prometheus leaves them.</param>
    public static string Of(string text, bool lowersRest)
    {
        var runes = text.EnumerateRunes().ToArray();
        var titled = new StringBuilder(text.Length);
        var insideWord = false;
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (Rune.IsLetter(rune))
            {
                titled.Append(!insideWord ? Rune.ToUpperInvariant(rune) : lowersRest ? Rune.ToLowerInvariant(rune) : rune);
                insideWord = true;
                continue;
            }
            titled.Append(rune);
            var joins = rune.IsBmp && InnerPunctuation.Contains((char)rune.Value) && i > 0 && Rune.IsLetter(runes[i - 1]) && i + 1 < runes.Length && Rune.IsLetter(runes[i + 1]);
            insideWord &= joins || IsInnerMark(rune);
        }
        return titled.ToString();
    }

    // A digit carries a word on but does not begin its letters: "3rd" becomes "3Rd", "v2beta" stays one word.
    private static bool IsInnerMark(Rune rune) => rune.Value == '_' || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}

namespace Observability.Configuration.Yaml;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>Longer lists of choices are cut: the reader needs a hint, not a manual.</summary>
    private const int MaximumListed = 12;

    /// <summary><c>did you mean 'receiver'?</c>, or the list of what there is.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        // One slip in four characters, and two in all, are typing errors; more is another word.
        var allowed = Math.Clamp(written.Length / 4, 1, 2);
        var nearest = names
            .Where(name => Math.Abs(name.Length - written.Length) <= allowed)
            .Select(name => (Name: name, Distance: Distance(written, name)))
            .Where(candidate => candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        if (nearest is not null)
        {
            return $"did you mean '{nearest}'?";
        }
        var listed = string.Join(", ", names.Take(MaximumListed));
        return names.Count == 0 ? "none is known here" : $"known here: {listed}{(names.Count > MaximumListed ? ", ..." : "")}";
    }

    /// <summary>Damerau-Levenshtein distance (optimal string alignment): two swapped neighbours are one slip. Case does not count.</summary>
    internal static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Step(i, j);
            }
        }
        return rows[left.Length, right.Length];

        int Step(int i, int j)
        {
            var same = Same(left[i - 1], right[j - 1]) ? 0 : 1;
            var best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + same);
            return i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]) ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
        }
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}

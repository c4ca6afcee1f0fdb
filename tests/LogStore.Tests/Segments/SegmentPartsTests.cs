using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.LogStore.Segments;
using Observability.LogStore.Segments.Compression;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.LogStore.Segments.Searching;
using Observability.Telemetry;

namespace Observability.LogStore.Tests.Segments;

public sealed class SegmentPartsTests
{
    [Fact]
    public void Numbers_survive_their_variable_length() =>
        Prop.ForAll<ulong, long>((plain, signed) =>
        {
            var bytes = new GrowingArray<byte>();
            Varint.Write(ref bytes, plain);
            Varint.WriteSigned(ref bytes, signed);
            Varint.Write(ref bytes, ~plain);
            var offset = 0;
            return Varint.Read(bytes.Written, ref offset) == plain
                && Varint.ReadSigned(bytes.Written, ref offset) == signed
                && Varint.Read(bytes.Written, ref offset) == ~plain
                && offset == bytes.Count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Marks_say_what_a_set_says_also_after_they_were_written()
    {
        var names = Gen.Choose(1, 60).Zip(Gen.Choose(1, 3)).ListOf().Select(list => list.Select(pair => new FrameName((ulong)pair.Item2, (ulong)pair.Item1)).ToList()).ToArbitrary();
        Prop.ForAll(names, sequence =>
        {
            var (marks, model) = (new AppliedMarks(), new HashSet<FrameName>());
            foreach (var name in sequence)
            {
                if (marks.Add(name) != model.Add(name))
                {
                    return false;
                }
            }
            var bytes = new GrowingArray<byte>();
            marks.WriteTo(ref bytes);
            var read = AppliedMarks.Read(bytes.Written);
            return Enumerable.Range(1, 3).All(incarnation => Enumerable.Range(0, 63).Select(number => new FrameName((ulong)incarnation, (ulong)number))
                .All(name => marks.Contains(name) == model.Contains(name) && read.Contains(name) == model.Contains(name)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Marks_forget_the_incarnation_that_was_silent_longest()
    {
        var marks = new AppliedMarks();
        for (ulong incarnation = 1; incarnation <= AppliedMarks.MaximalIncarnations; incarnation++)
        {
            marks.Add(new FrameName(incarnation, 1));
        }
        marks.Add(new FrameName(1, 2));
        marks.Add(new FrameName(9999, 1));
        Assert.True(marks.Contains(new FrameName(1, 1)));
        Assert.False(marks.Contains(new FrameName(2, 1)));
    }

    [Fact]
    public void A_sender_that_leaves_out_frames_is_told_so()
    {
        var marks = new AppliedMarks();
        var fault = Assert.Throws<InvalidOperationException>(() =>
        {
            for (ulong sequence = 2; sequence < 1_000_000; sequence += 2)
            {
                marks.Add(new FrameName(7, sequence));
            }
        });
        Assert.Contains("must pass every frame", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bloom_never_denies_what_a_text_holds()
    {
        var texts = Gen.Elements('a', 'b', 'Z', '0', '_', ' ', '-', '.', 'ü', '→').ArrayOf().Select(characters => new string(characters)).ToArbitrary();
        Prop.ForAll(texts, texts, (before, part) =>
        {
            var body = Encoding.UTF8.GetBytes(before + part + before);
            var (all, required) = (new TokenSet(), new TokenSet());
            Tokens.AddAll(body, all);
            Tokens.AddWhole(Encoding.UTF8.GetBytes(part), required);
            var bloom = TokenBloom.Build(all);
            return required.Hashes.ToArray().All(hash => all.Hashes.Contains(hash) && TokenBloom.MayHold(bloom, hash));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_bloom_denies_nearly_everything_else()
    {
        var held = new TokenSet();
        foreach (var number in Enumerable.Range(0, 5000))
        {
            held.Add(Tokens.Hash(Encoding.UTF8.GetBytes($"held{number}")));
        }
        var bloom = TokenBloom.Build(held);
        var wrong = Enumerable.Range(0, 10_000).Count(number => TokenBloom.MayHold(bloom, Tokens.Hash(Encoding.UTF8.GetBytes($"absent{number}"))));
        Assert.InRange(wrong, 0, 400);
    }

    [Fact]
    public void Filters_never_deny_a_piece_of_a_text_that_is_there()
    {
        var signs = Gen.Elements('a', 'b', 'c', 'Z', '0', '_', ' ', '-', 'ü');
        Prop.ForAll(signs.ArrayOf().ToArbitrary(), Gen.Choose(0, 40).Zip(Gen.Choose(0, 40)).ToArbitrary(), (characters, cut) =>
        {
            var text = new string(characters);
            var start = Math.Min(cut.Item1, text.Length);
            var piece = text.Substring(start, Math.Min(cut.Item2, text.Length - start));
            var (tokens, grams) = (new TokenSet(), new GramFilterBuilder());
            Tokens.AddAll(Encoding.UTF8.GetBytes(text), tokens, grams);
            var (bloom, bitmap) = (TokenBloom.Build(tokens), grams.Take());
            var plan = new SearchPlan(new LogSearch(Frames.AllTime, [], [new LineFilter(piece)]));
            return plan.RequiredTokens.ToArray().All(hash => TokenBloom.MayHold(bloom, hash)) && plan.RequiredGrams.ToArray().All(hash => GramFilter.MayHold(bitmap, hash));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Tokens_are_the_longest_runs_of_their_signs() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(value => (byte)value).Or(Gen.Elements((byte)' ', (byte)'a', (byte)'_')).ArrayOf().ToArbitrary(), bytes =>
        {
            var (found, expected) = (new TokenSet(), new TokenSet());
            Tokens.AddAll(bytes, found);
            for (var start = 0; start < bytes.Length; start++)
            {
                var end = start;
                while (end < bytes.Length && (bytes[end] is (byte)'_' or >= 0x80 || char.IsAsciiLetterOrDigit((char)bytes[end])))
                {
                    end++;
                }
                if (end > start)
                {
                    expected.Add(Tokens.Hash(bytes.AsSpan(start..end)));
                    start = end;
                }
            }
            return found.Hashes.SequenceEqual(expected.Hashes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_filter_of_grams_denies_nearly_every_piece_that_is_not_there_and_is_empty_again_when_it_was_taken()
    {
        var (tokens, grams, random) = (new TokenSet(), new GramFilterBuilder(), new Random(5));
        foreach (var _ in Enumerable.Range(0, 2000))
        {
            Tokens.AddAll(Encoding.UTF8.GetBytes($"loaded {random.GetHexString(8)} in {random.Next(100_000)} ms"), tokens, grams);
        }
        var bitmap = grams.Take();
        Assert.InRange(bitmap.Length, 2048, 8192);
        Assert.Empty(grams.Take());
        var wrong = 0;
        for (var asked = 0; asked < 2000; asked++)
        {
            var hashes = new List<uint>();
            GramFilter.AddAll(Encoding.UTF8.GetBytes($"q{random.GetHexString(8)}"), hashes);
            wrong += hashes.All(hash => GramFilter.MayHold(bitmap, hash)) ? 1 : 0;
        }
        Assert.InRange(wrong, 0, 20);
    }

    [Fact]
    public void A_search_asks_for_whole_tokens_and_for_grams_of_pieces()
    {
        SearchPlan Of(params LineFilter[] lines) => new(new LogSearch(Frames.AllTime, [], lines));
        Assert.Equal((0, 5), (Of(new LineFilter("deadlock")).RequiredTokens.Length, Of(new LineFilter("deadlock")).RequiredGrams.Length));
        Assert.Equal((1, 2), (Of(new LineFilter("some lock here")).RequiredTokens.Length, Of(new LineFilter("some lock here")).RequiredGrams.Length));
        Assert.Equal((1, 0), (Of(new LineFilter(" lock ")).RequiredTokens.Length, Of(new LineFilter(" lock ")).RequiredGrams.Length));
        Assert.Equal((0, 0), (Of(new LineFilter("abc"), new LineFilter("deadlock", Negated: true)).RequiredTokens.Length, Of(new LineFilter("abc")).RequiredGrams.Length));
    }

    [Fact]
    public void Hashes_of_tokens_on_disk_never_change()
    {
        // Segments hold filters of these. A new hash needs a new column kind beside BodyTokens or BodyGrams, not another value here.
        Assert.Equal((246525u, 230113u), (GramFilter.Hash("dead"u8), GramFilter.Hash("42_o"u8)));
        Assert.Equal((5426513391945013158UL, 1919178648114301456UL), (Tokens.Hash("deadlock"u8), Tokens.Hash("orders_daily_42"u8)));
    }

    [Theory]
    [InlineData(ColumnKind.Time, 1)]
    [InlineData(ColumnKind.Received, 2)]
    [InlineData(ColumnKind.Flags, 3)]
    [InlineData(ColumnKind.Stream, 4)]
    [InlineData(ColumnKind.BodyLengths, 5)]
    [InlineData(ColumnKind.Bodies, 6)]
    [InlineData(ColumnKind.Field, 7)]
    [InlineData(ColumnKind.OverflowLengths, 8)]
    [InlineData(ColumnKind.Overflow, 9)]
    [InlineData(ColumnKind.Identities, 10)]
    [InlineData(ColumnKind.BodyTokens, 11)]
    [InlineData(ColumnKind.BodyGrams, 12)]
    internal void Columns_on_disk_never_change(ColumnKind kind, int onDisk) =>
        Assert.True(onDisk == (int)kind, "Segments hold this number. Append a new kind, or raise SegmentHeader.Version.");

    [Theory]
    [InlineData(ColumnCompression.None, 0)]
    [InlineData(ColumnCompression.Lz4, 1)]
    [InlineData(ColumnCompression.Brotli, 2)]
    internal void Compressions_on_disk_never_change(ColumnCompression compression, int onDisk) =>
        Assert.True(onDisk == (int)compression, "Segments hold this number. Append a new one, or raise SegmentHeader.Version.");

    [Fact]
    public void Rows_of_one_time_keep_their_order_when_sorted_by_time() =>
        Prop.ForAll(Gen.Choose(0, 20).Select(time => (long)time).ArrayOf().ToArbitrary(), times =>
            SegmentWriter.OrderByTime(times).SequenceEqual(Enumerable.Range(0, times.Length).OrderBy(row => times[row]))).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 200)]
    [InlineData(1, 256)]
    [InlineData(2, 700)]
    public void A_histogram_counts_every_number(int width, int bound)
    {
        var histogram = new RowHistogram();
        Prop.ForAll(Gen.Choose(0, bound - 1).Or(Gen.Choose(0, 2)).ArrayOf().ToArbitrary(), numbers =>
        {
            var bytes = numbers.SelectMany(number => width == 1 ? [(byte)number] : BitConverter.GetBytes((ushort)number)).ToArray();
            var counts = histogram.Count(bytes, width, bound);
            return counts.Length == bound && counts.ToArray().Select((count, number) => (count, number)).All(place => place.count == numbers.Count(number => number == place.number));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_column_of_an_attribute_gives_back_what_each_row_had() =>
        Prop.ForAll(Gen.Choose(1, 9000).Zip(Gen.Choose(0, 3)).ToArbitrary(), drawn =>
        {
            var (rows, absentOneIn) = drawn;
            var texts = Enumerable.Range(0, rows).Select(row => absentOneIn > 0 && row % (absentOneIn + 1) == 0 ? null : $"text {row * rows % 5000}").ToList();
            var writer = new FieldColumnWriter(rows);
            // The same writer twice: what the first block left must not show in the second.
            return Enumerable.Range(0, 2).All(_ => IsKept(writer, texts));
        }).QuickCheckThrowOnFailure();

    private static bool IsKept(FieldColumnWriter writer, List<string?> texts)
    {
        for (var row = 0; row < texts.Count; row++)
        {
            if (texts[row] is { } text && (!writer.TryAdd(row, Encoding.UTF8.GetBytes(text)) || writer.TryAdd(row, "a second of its name"u8)))
            {
                return false;
            }
        }
        var bytes = new GrowingArray<byte>();
        writer.Finish(ref bytes, texts.Count);
        var column = new FieldColumn(bytes.Items, bytes.Count, texts.Count);
        return Enumerable.Range(0, texts.Count).All(row => column.TryGet(row, out var text) ? Encoding.UTF8.GetString(text) == texts[row] : texts[row] is null);
    }
}

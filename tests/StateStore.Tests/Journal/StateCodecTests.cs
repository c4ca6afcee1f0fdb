using FsCheck;
using FsCheck.Fluent;

namespace Observability.StateStore.Tests.Journal;

public sealed class StateCodecTests
{
    private static readonly DateTimeOffset s_expiry = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_bytes_on_disk_never_change()
    {
        var changes = new StateChanges(7);
        changes.Written.Add(new StateDocument("c", "ü", 7, new byte[] { 0xAA }));
        changes.Deleted.Add(("c", "b"));
        changes.Enqueued.Add(new OutboxRow(3, "t", "k", new byte[] { 0xBB }));
        changes.Acknowledged.Add(2);
        changes.Leases.Add(new Lease("l", "h", 5, s_expiry));
        const string Expected =
            "01" + "0700000000000000"
            + "01" + "0100000063" + "02000000C3BC" + "0700000000000000" + "01000000AA"
            + "02" + "0100000063" + "0100000062"
            + "03" + "0300000000000000" + "0100000074" + "010000006B" + "01000000BB"
            + "04" + "0200000000000000"
            + "05" + "010000006C" + "0100000068" + "0500000000000000" + "00381C887B47DF08"
            + "00";
        var actual = Convert.ToHexString(StateCodec.Encode(changes));
        Assert.True(actual == Expected, $"journals hold these bytes; append a new kind of part, or raise StateCodec.FormatVersion and read both: {actual}");
    }

    [Fact]
    public void Any_changes_are_decoded_as_they_were_encoded() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(NonNull<string> Collection, NonNull<string> Key, byte[] Content, ulong Number)[]>(), parts =>
        {
            var changes = new StateChanges((ulong)parts.Length);
            foreach (var (collection, key, content, number) in parts)
            {
                // A lone half of a surrogate pair is no text that UTF-8 can carry.
                var (name, id) = (Clean(collection.Get), Clean(key.Get));
                changes.Written.Add(new StateDocument(name, id, number, content ?? []));
                changes.Deleted.Add((id, name));
                changes.Enqueued.Add(new OutboxRow(number, id, name, content ?? []));
                changes.Acknowledged.Add(number);
                changes.Leases.Add(new Lease(name, id, number, s_expiry.AddTicks(id.Length)));
            }
            var encoded = StateCodec.Encode(changes);
            var decoded = StateCodec.Decode(encoded);
            return StateCodec.Encode(decoded).AsSpan().SequenceEqual(encoded)
                && decoded.Deleted.SequenceEqual(changes.Deleted)
                && decoded.Leases.SequenceEqual(changes.Leases)
                && decoded.Acknowledged.SequenceEqual(changes.Acknowledged)
                && decoded.Written.Select(document => (document.Key, document.Version)).SequenceEqual(changes.Written.Select(document => (document.Key, document.Version)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_a_newer_program_wrote_is_refused()
    {
        var record = StateCodec.Encode(new StateChanges(1));
        record[0] = 2;
        Assert.Contains("format version 2", Assert.Throws<InvalidDataException>(() => StateCodec.Decode(record)).Message, StringComparison.Ordinal);
        record[0] = 1;
        record[9] = 99;
        Assert.Contains("kind 99", Assert.Throws<InvalidDataException>(() => StateCodec.Decode(record)).Message, StringComparison.Ordinal);
    }

    private static string Clean(string text) => new([.. text.Where(character => !char.IsSurrogate(character))]);
}

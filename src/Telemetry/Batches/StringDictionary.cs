namespace Observability.Telemetry;

/// <summary>
/// Interns UTF-8 strings of one frame: open addressing over (hash, offset, length) with the bytes in one arena, no string objects.
/// Keys and label values repeat hundreds of times a frame, bodies do not: only the former go through here.
/// </summary>
internal sealed class StringDictionary : IDisposable
{
    private readonly ByteBuffer _arena = new();
    private Entry[] _entries = new Entry[256];
    private int[] _slots = NewSlots(512);

    public int Count { get; private set; }

    public void Clear()
    {
        _arena.Clear();
        Count = 0;
        Array.Fill(_slots, -1);
    }

    public ReadOnlySpan<byte> this[int index] => _arena.Written.Slice(_entries[index].Offset, _entries[index].Length);

    public int Intern(ReadOnlySpan<byte> utf8)
    {
        var hash = Hash(utf8);
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        while (_slots[slot] is >= 0 and var index)
        {
            if (_entries[index].Hash == hash && this[index].SequenceEqual(utf8))
            {
                return index;
            }
            slot = (slot + 1) & mask;
        }
        return Add(utf8, hash, slot);
    }

    public void WriteTo(ByteBuffer target)
    {
        target.WriteVarint(Count);
        for (var i = 0; i < Count; i++)
        {
            target.WriteText(this[i]);
        }
    }

    public void Dispose() => _arena.Dispose();

    private int Add(ReadOnlySpan<byte> utf8, uint hash, int slot)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }
        _entries[Count] = new Entry(hash, _arena.Length, utf8.Length);
        _arena.WriteBytes(utf8);
        _slots[slot] = Count++;
        if (Count * 2 > _slots.Length)
        {
            Rehash();
        }
        return Count - 1;
    }

    private void Rehash()
    {
        _slots = NewSlots(_slots.Length * 2);
        var mask = _slots.Length - 1;
        for (var i = 0; i < Count; i++)
        {
            var slot = (int)_entries[i].Hash & mask;
            while (_slots[slot] >= 0)
            {
                slot = (slot + 1) & mask;
            }
            _slots[slot] = i;
        }
    }

    private static int[] NewSlots(int count)
    {
        var slots = new int[count];
        Array.Fill(slots, -1);
        return slots;
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        // Short keys: eight bytes at a time with one multiply each beats a byte loop; quality only has to spread a few hundred strings.
        var hash = 0x9E3779B97F4A7C15UL ^ (ulong)utf8.Length;
        while (utf8.Length >= 8)
        {
            hash = (hash ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(utf8)) * 0xD6E8FEB86659FD93;
            hash ^= hash >> 29;
            utf8 = utf8[8..];
        }
        foreach (var value in utf8)
        {
            hash = (hash ^ value) * 0x100000001B3;
        }
        hash ^= hash >> 32;
        return (uint)(hash * 0xD6E8FEB86659FD93 >> 32);
    }

    private readonly record struct Entry(uint Hash, int Offset, int Length);
}

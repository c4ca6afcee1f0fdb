using System.Numerics;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>Hashes of tokens, each once. They are random already, so a place in the table is a mask of them; used again for each block.</summary>
internal sealed class TokenSet
{
    private ulong[] _table = new ulong[1024];
    private GrowingArray<ulong> _hashes = new();
    private bool _hasZero;

    public int Count => _hashes.Count;

    /// <summary>In the order in which they came.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.Written;

    /// <returns>False when it was there before.</returns>
    public bool Add(ulong hash)
    {
        if (hash == 0)
        {
            return AddZero();
        }
        var place = (int)(uint)hash & (_table.Length - 1);
        while (_table[place] != 0)
        {
            if (_table[place] == hash)
            {
                return false;
            }
            place = (place + 1) & (_table.Length - 1);
        }
        _table[place] = hash;
        _hashes.Add(hash);
        if (_hashes.Count * 2 > _table.Length)
        {
            Grow();
        }
        return true;
    }

    public void Clear()
    {
        Array.Clear(_table);
        _hashes.Truncate(0);
        _hasZero = false;
    }

    // Zero marks free places, so it is kept apart.
    private bool AddZero()
    {
        if (_hasZero)
        {
            return false;
        }
        _hasZero = true;
        _hashes.Add(0);
        return true;
    }

    private void Grow()
    {
        _table = new ulong[BitOperations.RoundUpToPowerOf2((uint)_table.Length + 1)];
        foreach (var hash in _hashes.Written)
        {
            var place = (int)(uint)hash & (_table.Length - 1);
            while (_table[place] != 0)
            {
                place = (place + 1) & (_table.Length - 1);
            }
            _table[place] = hash;
        }
    }
}

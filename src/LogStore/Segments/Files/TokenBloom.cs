using System.Numerics;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// A Bloom filter over the tokens of a block (B. H. Bloom, 1970; two hashes for all probes after Kirsch and Mitzenmacher, 2006). It may say yes wrongly,
/// never no.
/// </summary>
internal static class TokenBloom
{
    /// <summary>On disk. With eight bits a token four probes answer wrongly in 2.4 % of cases or fewer; more probes gain nothing until twelve bits.</summary>
    private const int Probes = 4;

    private const int BitsPerToken = 8;

    /// <summary>A power of two, so that a probe is a mask.</summary>
    public static byte[] Build(TokenSet tokenHashes)
    {
        if (tokenHashes.Count == 0)
        {
            return [];
        }
        var bits = BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, tokenHashes.Count * BitsPerToken));
        var bloom = new byte[bits / 8];
        foreach (var hash in tokenHashes.Hashes)
        {
            for (var probe = 0; probe < Probes; probe++)
            {
                var bit = BitOf(hash, probe, bits - 1);
                bloom[bit >> 3] |= (byte)(1 << (int)(bit & 7));
            }
        }
        return bloom;
    }

    public static bool MayHold(ReadOnlySpan<byte> bloom, ulong hash)
    {
        if (bloom.IsEmpty)
        {
            return false;
        }
        for (var probe = 0; probe < Probes; probe++)
        {
            var bit = BitOf(hash, probe, ((uint)bloom.Length * 8) - 1);
            if ((bloom[(int)(bit >> 3)] & (1 << (int)(bit & 7))) == 0)
            {
                return false;
            }
        }
        return true;
    }

    private static uint BitOf(ulong hash, int probe, uint mask) => ((uint)hash + ((uint)probe * ((uint)(hash >> 32) | 1))) & mask;
}

namespace Observability.Configuration.Yaml;

/// <summary>What a configuration file may cost. Files come from people and, through the API, from the network.</summary>
internal static class YamlLimits
{
    /// <summary>The size of one file. 10,000 rules of 300 bytes are 3 MB; a bigger file is split by group.</summary>
    public const int MaximumBytes = 8 * 1024 * 1024;

    /// <summary>Nesting of lists and mappings. A route tree 25 deep is 50; more would only serve to exhaust a reader's stack.</summary>
    public const int MaximumDepth = 100;

    /// <summary>Nodes with every alias written out: a few aliases of aliases can stand for more nodes than there is memory ("billion laughs").</summary>
    public const int MaximumNodes = 1_000_000;

    /// <summary>After so many errors the rest is noise, and a generated file with a systematic fault would make a huge answer.</summary>
    public const int MaximumErrors = 200;
}

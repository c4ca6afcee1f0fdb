namespace Observability.StateStore;

/// <summary>Limits that hold in every implementation.</summary>
public static class StateLimits
{
    /// <summary>Of a collection's or topic's name, UTF-8. Names are written by us; longer ones are a bug.</summary>
    public const int CollectionBytes = 64;

    /// <summary>Of a key, UTF-8. Group keys carry label values; PostgreSQL's index takes 2.7 kB a row, the collection included.</summary>
    public const int KeyBytes = 1024;

    /// <summary>Of one document or message. A rendered notice or a configuration file is far below; bigger things belong into LogStore.</summary>
    public const int ContentBytes = 4 << 20;

    /// <summary>Of all contents of a transaction. It is one record of a journal, whose segments are bigger by what keys and headers need.</summary>
    public const int TransactionBytes = 12 << 20;
}

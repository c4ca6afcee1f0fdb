namespace Observability.Durability;

/// <summary>Files in a directory cannot be what the program expects there. Nothing was changed; a person has to look.</summary>
public sealed class LogFormatException(string message) : IOException(message);

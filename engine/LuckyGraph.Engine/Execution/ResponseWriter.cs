using System.Text.Json;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Writes JSON into one growing pooled buffer. Commas inside lists are the writer's business; object keys and their commas are
/// written by the executor from prepared bytes. Values only: callers keep the structure correct.
/// </summary>
public sealed partial class ResponseWriter
{
    /// <summary>Writes a string, escaped.</summary>
    public void Write(string value) => throw new NotImplementedException();
    /// <summary>Writes a string given as UTF-8, escaped.</summary>
    public void WriteUtf8String(ReadOnlySpan<byte> utf8) => throw new NotImplementedException();
    /// <summary>Writes bytes that are JSON already, such as a prepared enum name with its quotes.</summary>
    public void WriteRaw(ReadOnlySpan<byte> json) => throw new NotImplementedException();
    /// <summary>Writes a boolean.</summary>
    public void Write(bool value) => throw new NotImplementedException();
    /// <summary>Writes an integer.</summary>
    public void Write(int value) => throw new NotImplementedException();
    /// <summary>Writes an integer as a JSON number.</summary>
    public void Write(long value) => throw new NotImplementedException();
    /// <summary>Writes a number; infinities and NaN raise <see cref="LuckyGraph.Engine.Types.CoercionException"/>.</summary>
    public void Write(double value) => throw new NotImplementedException();
    /// <summary>Writes a decimal as a JSON number.</summary>
    public void Write(decimal value) => throw new NotImplementedException();
    /// <summary>Writes a UUID in its canonical text form.</summary>
    public void Write(Guid value) => throw new NotImplementedException();
    /// <summary>Writes an RFC 3339 instant in UTC with a <c>Z</c> (scalar DateTime).</summary>
    public void Write(DateTimeOffset value) => throw new NotImplementedException();
    /// <summary>Writes an RFC 3339 instant; unspecified kinds count as UTC.</summary>
    public void Write(DateTime value) => throw new NotImplementedException();
    /// <summary>Writes a date as <c>yyyy-MM-dd</c> (scalar LocalDate).</summary>
    public void Write(DateOnly value) => throw new NotImplementedException();
    /// <summary>Writes an absolute URI.</summary>
    public void Write(Uri value) => throw new NotImplementedException();
    /// <summary>Writes any JSON.</summary>
    public void Write(JsonElement value) => throw new NotImplementedException();
    /// <summary>Writes an int as an ID: a string.</summary>
    public void WriteId(int value) => throw new NotImplementedException();
    /// <summary>Writes a long as an ID: a string.</summary>
    public void WriteId(long value) => throw new NotImplementedException();
    /// <summary>Writes a UUID as a global id of a type: <c>base64url(typeName ":" 16 big-endian bytes)</c>. See <see cref="GlobalId"/>.</summary>
    public void WriteGlobalId(ReadOnlySpan<byte> typeName, Guid value) => throw new NotImplementedException();
    /// <summary>Writes null.</summary>
    public void WriteNull() => throw new NotImplementedException();
    /// <summary>Starts a list.</summary>
    public void BeginList() => throw new NotImplementedException();
    /// <summary>Call before each item: writes the comma.</summary>
    public void BeginItem() => throw new NotImplementedException();
    /// <summary>Ends a list.</summary>
    public void EndList() => throw new NotImplementedException();
}
